import { permissionsReadme, withRows } from '../../support/permissions/readme';

const todo = 'the tables of infra/systems/fleet/permissions/README.md follow from the code: run `npm run golden`';

test('the README tells what each function may do, and the reason of each wildcard', () => {
  const { kept, today } = permissionsReadme();
  const [now, written] = [kept, today].map((text) => text.split('\n'));
  expect(today).toContain('| `free-index` | `dynamodb:GetItem`');
  expect({ [todo]: now }).toEqual({ [todo]: written });
});

test('only the rows of the table below a heading are replaced', () => {
  const text = '## A\n\n| h |\n|---|\n| a |\n\nend\n## B\n\n| h |\n|---|\n| b |\n\nend';
  expect(withRows(text, 'B', ['| c |', '| d |'])).toBe(text.replace('| b |', '| c |\n| d |'));
  expect(() => withRows(text, 'C', [])).toThrow('no table below "C"');
});
