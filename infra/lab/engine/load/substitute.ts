import type { Problem } from '../errors';
import { isObject } from '../json';

const placeholder = /\$\{([A-Za-z0-9_]+)\}/g;

/**
 * Puts values into the `${Placeholders}` of every string in a definition, as CDK's `definitionSubstitutions` does.
 * An unresolved or unused one is a problem: both are misspellings that would show only when a task is called.
 */
export function substitute(
  definition: unknown,
  values: Readonly<Record<string, string>>,
  problems: Problem[],
): unknown {
  const used = new Set<string>();
  const result = walk(definition, '', (text, path) =>
    text.replace(placeholder, (whole, name: string) => {
      used.add(name);
      const value = values[name];
      if (value !== undefined) return value;
      problems.push({ path, message: `the placeholder '${whole}' has no value: give it in 'substitutions'` });
      return whole;
    }),
  );
  for (const name of Object.keys(values)) {
    if (!used.has(name))
      problems.push({ path: '', message: `the substitution '${name}' is not used: no string contains '\${${name}}'` });
  }
  return result;
}

function walk(value: unknown, path: string, replace: (text: string, path: string) => string): unknown {
  if (typeof value === 'string') return value.includes('${') ? replace(value, path) : value;
  if (Array.isArray(value)) return value.map((item: unknown, index) => walk(item, `${path}/${index}`, replace));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, `${path}/${key}`, replace)]));
}
