import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseGroupSettings, type GroupSettingsInput } from '../../../functions/fleet/contracts/settings';
import {
  beyondHistory,
  launchEvents,
  mostEvents,
  redrivesProvidedFor,
  type Machine,
} from '../../../infra/systems/fleet/config/history-limit';

const file = join(__dirname, '../../../statemachines/fleet/scale-out.asl.json');
interface Editable extends Machine {
  States: Record<
    string,
    { Retry: (NonNullable<Machine['States'][string]['Retry']>[number] & { MaxAttempts: number })[] }
  >;
}
const machine = () => JSON.parse(readFileSync(file, 'utf8')) as Editable;
const jenkins = { url: 'https://jenkins.example.com', credentialsSecret: 'jenkins' };
const settingsOf = (more: Partial<GroupSettingsInput>) =>
  parseGroupSettings({ group: 'web', jenkins, ...more }, 'a test');

/** The largest value that settings take there. */
function largest(with_: (minutes: number) => Partial<GroupSettingsInput>): number {
  let most = 1;
  for (let minutes = 1; minutes <= 10_000; minutes += 1) {
    try {
      settingsOf(with_(minutes));
      most = minutes;
    } catch {
      return most;
    }
  }
  return most;
}

const buildMinutes = largest((timeoutMinutes) => ({ deploy: { job: 'deploy', timeoutMinutes } }));
const healthMinutes = largest((healthTimeoutMinutes) => ({ healthTimeoutMinutes }));
const longest = settingsOf({
  provision: { job: 'provision', timeoutMinutes: buildMinutes },
  deploy: { job: 'deploy', timeoutMinutes: buildMinutes },
  healthTimeoutMinutes: healthMinutes,
});

test('a launch with the longest waits there are has room for its redrives', () => {
  expect({ buildMinutes, healthMinutes }).toEqual({ buildMinutes: 360, healthMinutes: 120 });
  expect(launchEvents(longest, redrivesProvidedFor)).toBeLessThanOrEqual(mostEvents);
  expect(beyondHistory(longest)).toBeUndefined();
});

test('no state runs out of retries before its time is over', () => {
  const unlimited = machine();
  for (const { Retry } of Object.values(unlimited.States))
    for (const retrier of Retry) if (/^(Build|TargetPending)/.test(retrier.ErrorEquals[0]!)) retrier.MaxAttempts = 1e6;
  expect(launchEvents(longest, 0)).toBe(launchEvents(longest, 0, unlimited));
});

test('longer waits and more redrives take more events', () => {
  const of = (healthTimeoutMinutes: number, redrives = 0) =>
    launchEvents(settingsOf({ healthTimeoutMinutes }), redrives);
  // Every 1.5 s on average; after ten minutes there are six looks a minute.
  expect(of(2) - of(1)).toBe(40 * 3);
  expect(of(12) - of(11)).toBe(6 * 3);
  expect(of(10, 1)).toBeGreaterThan(of(10));
});

describe('a machine that polls too often for its settings is refused with the number', () => {
  test.each<[string, string, number]>([
    ['a target every 2 s for two hours', 'TargetPendingLong', 2],
    ['a queued build every second', 'BuildQueued', 1],
    ['a running build every second', 'BuildRunningFar', 1],
  ])('%s', (_, name, seconds) => {
    const fast = machine();
    for (const { Retry } of Object.values(fast.States)) {
      for (const retrier of Retry.filter(({ ErrorEquals }) => ErrorEquals.includes(name))) {
        Object.assign(retrier, { IntervalSeconds: seconds, MaxAttempts: 100_000, BackoffRate: 1 });
      }
    }
    const events = launchEvents(longest, redrivesProvidedFor, fast);
    const refused = beyondHistory(longest, fast);
    expect(refused).toMatch(new RegExp(`in 25000 events of history; these may take ${events}$`));
    // The same machine is right for shorter waits.
    expect(beyondHistory(settingsOf({ healthTimeoutMinutes: 5 }), fast)).toBeUndefined();
  });
});
