import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleScope } from '../../support/permissions/example-scope';
import { tables } from '../../support/permissions/tables';

// When this fails, put the expected lines into the README: they follow from the code.

const readme = readFileSync(join(__dirname, '../../../infra/systems/fleet/permissions/README.md'), 'utf8');

/** The rows of the table below a heading, without its own head. */
function rowsBelow(heading: string): string[] {
  const section = readme.split(/^## /m).find((one) => one.startsWith(heading)) ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2);
}

test('the README tells what each function may do', () => {
  expect(rowsBelow('What each function may do')).toEqual(tables(exampleScope).permissions);
});

test('the README gives the reason of each wildcard', () => {
  expect(rowsBelow('Wildcards')).toEqual(tables(exampleScope).wildcards);
});
