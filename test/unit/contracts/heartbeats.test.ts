import { heartbeatOf, heartbeatsOf, parseHeartbeats } from '../../../functions/fleet/contracts/heartbeats';

const group = (name: string, heartbeatSeconds: number) => ({ settings: { group: name }, heartbeatSeconds });

test('says of each group what was deployed', () => {
  const deployed = parseHeartbeats(JSON.stringify(heartbeatsOf([group('web', 3600), group('jobs/nightly', 120)])));
  expect(heartbeatOf(deployed, 'web')).toBe(3600);
  expect(heartbeatOf(deployed, 'jobs/nightly')).toBe(120);
});

test('nothing where it is not known', () => expect(heartbeatOf(undefined, 'web')).toBeUndefined());

test('of 35 groups with the longest names it fits into the environment of a function', () => {
  const groups = Array.from({ length: 35 }, (_, at) => group(`${'g'.repeat(253)}${at}`, 7200 - at));
  const deployed = heartbeatsOf(groups);
  expect(Buffer.byteLength(JSON.stringify(deployed))).toBeLessThan(1000);
  expect(groups.map(({ settings }) => heartbeatOf(deployed, settings.group))).toEqual(
    groups.map(({ heartbeatSeconds }) => heartbeatSeconds),
  );
});

test.each(['', '[]', '{"a":"b"}'])('refuses %j', (text) => expect(() => parseHeartbeats(text)).toThrow('HEARTBEATS'));
