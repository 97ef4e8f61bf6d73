import { decideTakenOut } from '../../../../functions/fleet/domain/reconcile/taken-out';

const seen = (members: Record<string, number>) => new Map(Object.entries(members));

test('remembers what managed groups hold, and forgets those that hold nothing', () => {
  expect(decideTakenOut({}, ['web', 'api'], seen({ web: 2, api: 0 }))).toEqual({ holdings: { web: 2 }, takenOut: [] });
  expect(decideTakenOut({ web: 2 }, ['web'], seen({ web: 0 }))).toEqual({ holdings: {}, takenOut: [] });
});

test('one that is managed no more, and held something when it was seen last, was taken out too early', () => {
  const decided = decideTakenOut({ web: 2, api: 1 }, ['api'], seen({ api: 1 }));
  expect(decided).toEqual({ holdings: { api: 1, web: 2 }, takenOut: [{ group: 'web', members: 2 }] });
});

test('one that held nothing is dropped without a report', () => {
  expect(decideTakenOut({ api: 1 }, ['api'], seen({ api: 1 })).takenOut).toEqual([]);
});

test('a group that could not be looked at holds what it held', () => {
  expect(decideTakenOut({ web: 2 }, ['web'], seen({}))).toEqual({ holdings: { web: 2 }, takenOut: [] });
});
