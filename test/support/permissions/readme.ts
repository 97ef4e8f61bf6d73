import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleScope } from './example-scope';
import { tables } from './tables';

/** The README whose two tables follow from the code. */
export const readmeFile = join(__dirname, '../../../infra/systems/fleet/permissions/README.md');

/** The README as it is, and as it is with the tables of today. */
export function permissionsReadme(): { readonly kept: string; readonly today: string } {
  const kept = readFileSync(readmeFile, 'utf8');
  const { permissions, wildcards } = tables(exampleScope);
  const first = withRows(kept, 'What each function may do', permissions);
  return { kept, today: withRows(first, 'Wildcards', wildcards) };
}

/** @param rows instead of those of the first table below the heading; its own two lines of head stay. */
export function withRows(text: string, heading: string, rows: readonly string[]): string {
  const lines = text.split('\n');
  const at = lines.indexOf(`## ${heading}`);
  const head = lines.findIndex((line, index) => index > at && line.startsWith('|'));
  if (at < 0 || head < 0) throw new RangeError(`no table below "${heading}"`);
  const end = lines.findIndex((line, index) => index > head && !line.startsWith('|'));
  return [...lines.slice(0, head + 2), ...rows, ...lines.slice(end)].join('\n');
}
