import { compileExpression, isExpression } from '../expressions/expression';
import { isObject, type Json } from '../json';
import type { Template } from '../template';
import { expressionProblems, type Available } from './check-expression';
import { pointer, problemAt, show, type Findings, type Place } from './findings';

/** Compiles any JSON in which strings may be expressions, and notes what is wrong with them. */
export function compileTemplate(value: Json, place: Place, available: Available, findings: Findings): Template {
  if (typeof value === 'string') return compileText(value, place, available, findings);
  const inside = (step: string, item: Json): Template =>
    compileTemplate(item, { ...place, path: `${place.path}/${pointer(step)}` }, available, findings);
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map((item, index) => inside(String(index), item));
    return fold(value, items, { kind: 'array', items });
  }
  if (!isObject(value)) return { kind: 'constant', value };
  const entries = Object.entries(value as Readonly<Record<string, Json>>).map(([key, item]) => {
    if (key.endsWith('.$')) checkPathKey(key, item, place, findings);
    return [key, inside(key, item)] as const;
  });
  return fold(
    value,
    entries.map(([, entry]) => entry),
    { kind: 'object', entries },
  );
}

/** What has no expression in it is one constant: nothing is walked at run time. */
function fold(value: Json, parts: readonly Template[], template: Template): Template {
  return parts.every(({ kind }) => kind === 'constant') ? { kind: 'constant', value } : template;
}

/** In JSONata `x.$` is a name like any other; with a path or an intrinsic function as its value it was meant as JSONPath. */
function checkPathKey(key: string, value: Json, place: Place, findings: Findings): void {
  const message = `'${key}' is JSONPath: write '${key.slice(0, -2)}' with an expression {% ... %}`;
  const meant = typeof value === 'string' && /^(\$\$?[.[]|\$[a-z_]|States\.)/i.test(value);
  const found = problemAt({ ...place, path: `${place.path}/${pointer(key)}` }, message);
  (meant ? findings.problems : findings.warnings).push(found);
}

function compileText(text: string, place: Place, available: Available, findings: Findings): Template {
  if (!isExpression(text)) {
    checkPartial(text, place, findings);
    return { kind: 'constant', value: text };
  }
  try {
    const expression = compileExpression(text);
    for (const message of expressionProblems(expression.ast, available)) {
      findings.problems.push(problemAt(place, `${message}, in ${show(text)}`));
    }
    return { kind: 'expression', expression };
  } catch (thrown) {
    const { code, message } = thrown as { code?: string; message?: string };
    const reason = [code, message ?? String(thrown)].filter((part) => part !== undefined).join(': ');
    findings.problems.push(problemAt(place, `${show(text)} is not a valid expression: ${reason}`));
    return { kind: 'constant', value: text };
  }
}

/** AWS takes a text that is not an expression from end to end literally, braces and all. */
function checkPartial(text: string, place: Place, findings: Findings): void {
  if (!text.includes('{%') && !text.includes('%}')) return;
  const message = `${show(text)} is only partly an expression: {% must be its first two characters and %} its last two`;
  // With nothing but blanks around it, AWS's own examples use it as a literal.
  const literal = isExpression(text.trim());
  (literal ? findings.warnings : findings.problems).push(problemAt(place, message));
}
