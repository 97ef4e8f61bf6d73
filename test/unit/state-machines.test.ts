import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import validate from 'asl-validator';
import { loadStateMachine } from '../../infra/lab/engine';

const folder = join(__dirname, '../../statemachines');
const read = (file: string) => readFileSync(join(folder, file), 'utf8');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.asl.json'));
/** The engine has no distributed Maps (its SPEC.md); test/unit/audit/backfill.test.ts runs what such a machine is made of. */
const runnable = files.filter((file) => !read(file).includes('"DISTRIBUTED"'));

/** Every placeholder of the file, each filled in with something of its kind. */
const filledIn = (text: string) =>
  Object.fromEntries(
    [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => [
      name,
      name === 'LambdaInvoke' ? 'arn:aws:states:::lambda:invoke' : name,
    ]),
  );

test.each(files)('%s is accepted by an ASL validator as it stands on disk', (file) => {
  const { isValid, errors } = validate(JSON.parse(read(file)) as object);
  expect(errors).toEqual([]);
  expect(isValid).toBe(true);
});

test.each(runnable)('%s is accepted by the engine at its strictest', (file) => {
  const machine = loadStateMachine(read(file), { substitutions: filledIn(read(file)), strict: true });
  expect(machine.warnings).toEqual([]);
});

test('only the backfill is beyond the engine', () => {
  expect(files.filter((file) => !runnable.includes(file))).toEqual(['audit/audit-backfill.asl.json']);
});

test.each(files)('%s assumes no partition, region or account', (file) => {
  expect(read(file)).not.toMatch(/arn:aws|\d{12}/);
});
