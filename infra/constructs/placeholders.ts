import { readFileSync } from 'node:fs';

/** The names of the functions that an ASL file calls, as they stand in it: `ClaimIndex`. */
export function placeholdersIn(file: string): string[] {
  const names = [...readFileSync(file, 'utf8').matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name ?? '');
  return [...new Set(names)].filter((name) => name !== 'LambdaInvoke');
}

/** The folder of the function that a placeholder stands for: `claim-index` for `ClaimIndex` or `${ClaimIndex}`. */
export function functionOfPlaceholder(placeholder: string): string {
  const name = placeholder.replace(/^\$\{(.*)\}$/, '$1');
  return name.replace(/(?<!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}

/** The other way round: `ClaimIndex` for `claim-index`. */
export function placeholderOf(functionName: string): string {
  return functionName.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase());
}
