import { copyOf, frozenCopyOf } from '../../../infra/lab/kernel/copy';

const record = {
  name: 'web-01',
  index: 1,
  missing: undefined,
  nothing: null,
  lists: [[1], [{ deep: true }]],
  builds: { deploy: { trace: { phase: 'queued' } } },
};

test('a copy is equal, and shares nothing that could be changed', () => {
  const copy = copyOf(record);
  expect(copy).toStrictEqual(record);
  expect(Object.keys(copy)).toEqual(Object.keys(record));
  copy.builds.deploy.trace.phase = 'running';
  copy.lists[1]!.push(2 as never);
  copy.lists[0]![0] = 9;
  expect(record.builds.deploy.trace.phase).toBe('queued');
  expect(record.lists).toEqual([[1], [{ deep: true }]]);
});

test('a frozen copy is equal, and neither it nor the original can change the other', () => {
  const original = structuredClone(record);
  const copy = frozenCopyOf(original);
  expect(copy).toStrictEqual(record);
  original.builds.deploy.trace.phase = 'running';
  original.lists[0]![0] = 9;
  expect(copy).toStrictEqual(record);
  expect(() => (copy.builds.deploy.trace.phase = 'running')).toThrow('read only');
  expect(() => copy.lists[1]!.push(2 as never)).toThrow('not extensible');
});
