import { shapesVersion } from '../../functions/fleet/contracts/stored-settings';
import { shapeOf } from './shapes';
import { keptVersions, machines, readVersion, today, type Golden } from './version';

// A change of a shape keeps its new version, so that the versions after it are held against it.

/** What is in one and not in the other; nothing, if the shapes are the same. */
function difference(kept: unknown, now: unknown): string[] {
  const [old, fresh] = [shapeOf(kept), shapeOf(now)];
  return [
    ...old.filter((path) => !fresh.includes(path)).map((path) => `no more ${path}`),
    ...fresh.filter((path) => !old.includes(path)).map((path) => `new ${path}`),
  ];
}

/** What a machine hands on. How long it waits is no shape. */
function handedOn(definition: string): unknown {
  const { States, StartAt } = JSON.parse(definition) as { StartAt: string; States: Record<string, object> };
  const parts = ['Type', 'Arguments', 'Assign', 'Output', 'Next', 'End', 'Choices', 'Default'];
  const some = (state: object) => Object.entries(state).filter(([name]) => parts.includes(name));
  return { StartAt, ...Object.fromEntries(Object.entries(States).map(([name, state]) => [name, some(state)])) };
}

let kept: Golden;
let now: Golden;
beforeAll(async () => {
  kept = readVersion(shapesVersion);
  now = await today();
});

const todo = 'a shape has changed: raise shapesVersion if the last one may be deployed, and run `npm run golden`';

test('the newest version that is kept is that of the code', () => {
  expect(keptVersions().at(-1)).toBe(shapesVersion);
  expect(keptVersions()).toEqual(Array.from({ length: shapesVersion }, (_, n) => n + 1));
});

test.each(['ledger', 'parameters', 'schemas', 'texts'] as const)('%s have the shape that is kept', (part) => {
  expect({ [todo]: difference(kept[part], now[part]) }).toEqual({ [todo]: [] });
});

test('inputs of functions and executions have the shape that is kept', () => {
  expect({ [todo]: Object.keys(now.inputs) }).toEqual({ [todo]: Object.keys(kept.inputs) });
  for (const [name, inputs] of Object.entries(now.inputs)) {
    expect({ [todo]: [name, ...difference(kept.inputs[name], inputs)] }).toEqual({ [todo]: [name] });
  }
  const inputs = (golden: Golden) => golden.executions.map(({ machine, input }) => ({ [machine]: input }));
  expect({ [todo]: difference(inputs(kept), inputs(now)) }).toEqual({ [todo]: [] });
});

test.each(['schemas', 'texts'] as const)('%s are what is kept', (part) => {
  expect({ [todo]: now[part] }).toEqual({ [todo]: kept[part] });
});

test.each(machines)('%s hands on what is kept', (machine) => {
  expect({ [todo]: handedOn(now.definitions[machine]) }).toEqual({ [todo]: handedOn(kept.definitions[machine]) });
});

test('a key, a kind or a path that changes is seen: these tests can fail', () => {
  const one = { run: { redrives: 1 }, list: [{ a: 'x' }] };
  expect(difference(one, structuredClone(one))).toEqual([]);
  expect(difference(one, { ...one, run: { redrives: '1' } })).toEqual([
    'no more .run.redrives: number',
    'new .run.redrives: string',
  ]);
  expect(difference(one, { ...one, list: [{ a: 'x', b: null }] })).toEqual(['new .list[].b: null']);
});
