import { isHeartbeatDue } from '../../../../functions/fleet/domain/reconcile/heartbeat';
import { decideReconcile } from '../../../../functions/fleet/domain/reconcile/reconcile';
import type { Decision, GroupView, Sighting } from '../../../../functions/fleet/domain/reconcile/sighting';
import { aLaunch } from '../../../support/launches';
import { aHold, aMember, anExecution, aReserve, aSighting, aView } from '../../../support/sightings';

/** What is done, in words: `heartbeat muster-launch`, `release abandoned ABANDON`, `start EC2-AutoScalingGroup`. */
function done(seen: Partial<Sighting>, view: Partial<GroupView> = {}): string[] {
  return decideReconcile(aSighting(seen), aView(view)).map(inWords);
}

function inWords(decision: Decision): string {
  switch (decision.action) {
    case 'heartbeat':
      return `heartbeat ${decision.hookName}`;
    case 'start':
    case 'start-if-held':
      return `${decision.action} ${decision.launch.origin}-${decision.launch.destination}`;
    case 'release':
      return `release ${decision.release.reason} ${decision.release.lifecycle?.result ?? '-'}`;
    case 'settle':
      return `settle ${decision.execution.status}`;
    case 'mark-replacing':
    case 'mark-in-service':
      return decision.action;
    case 'detached':
      return decision.stop === undefined ? 'detached' : 'detached, stopped';
    case 'attached':
      return `attached ${decision.phase}`;
  }
}

const failed = anExecution({ status: 'FAILED', redrivable: true });
const expired = anExecution({ status: 'FAILED', error: 'LifecycleExpired', redrivable: true });
const letGo = anExecution({ status: 'ABORTED', error: 'InstanceGone', redrivable: true });
const beat = 'heartbeat muster-launch';
const late = { now: new Date('2026-01-01T13:00:00Z') };

describe('an instance that waits in its launch hook', () => {
  test.each<[string, Partial<Sighting>, string[]]>([
    ['is kept waiting while its launch runs', { launch: anExecution(), member: aMember() }, [beat]],
    ['is launched if nothing of a launch is known', {}, [beat, 'start EC2-AutoScalingGroup']],
    [
      'is left to the others once its launch has ended well, unless Auto Scaling says that it is ours',
      { launch: anExecution({ status: 'SUCCEEDED' }), member: aMember({ phase: 'in-service' }) },
      ['start-if-held EC2-AutoScalingGroup'],
    ],
    [
      'is released if the run that stopped its launch for that died before it started the release',
      { launch: letGo, member: aMember() },
      [beat, 'release abandoned ABANDON'],
    ],
    [
      'is launched once more if its launch was stopped for a new root volume',
      { launch: letGo, member: aMember({ phase: 'replacing' }) },
      [beat, 'start AutoScalingGroup-AutoScalingGroup'],
    ],
    [
      'is launched again if it has been released since',
      { launch: anExecution({ status: 'SUCCEEDED' }) },
      [beat, 'start EC2-AutoScalingGroup'],
    ],
    ['is reported when its launch has failed', { launch: failed, member: aMember() }, [beat, 'settle FAILED']],
    ['is reported also if it failed before it had a number', { launch: failed }, [beat, 'settle FAILED']],
    ['is left to the others once it was given up, since its action had ended before', { launch: expired }, []],
    [
      'is reported when its action has ended before its launch could complete it',
      { launch: expired, member: aMember() },
      [beat, 'settle FAILED'],
    ],
    ['is kept while it is held', { launch: failed, member: aMember(), hold: aHold() }, [beat]],
    [
      'is reported again when a redrive has failed',
      { launch: { ...failed, redrives: 1 }, member: aMember(), hold: aHold() },
      [beat, 'settle FAILED'],
    ],
    ['is kept while its release drains', { member: aMember({ phase: 'releasing' }), isReleasing: true }, [beat]],
    [
      'is released further if its release has stopped',
      { member: aMember({ phase: 'releasing' }), launch: failed },
      [beat, 'release abandoned ABANDON'],
    ],
    [
      'is launched out of the pool while what it held before is still to be taken back',
      {
        member: aMember({ phase: 'releasing' }),
        launch: anExecution({ status: 'RUNNING', arn: `${aMember().execution}_2` }),
      },
      [beat, 'release to-warm-pool -'],
    ],
    [
      'is not abandoned out of the pool because its release into it has stopped',
      { member: aMember({ phase: 'releasing' }), launch: anExecution({ status: 'SUCCEEDED' }) },
      [beat, 'release to-warm-pool -'],
    ],
    [
      'is not abandoned because Step Functions has forgotten the launch that brought it into service',
      { member: aMember({ phase: 'releasing', inServiceAt: '2025-06-01T00:00:00.000Z' }) },
      [beat, 'release to-warm-pool -'],
    ],
    [
      'is released further if it never was in service, and its launch is not known',
      { member: aMember({ phase: 'releasing' }) },
      [beat, 'release abandoned ABANDON'],
    ],
  ])('%s', (_, seen, expected) => expect(done(seen)).toEqual(expected));

  test('is started if our hook holds it, though the ledger has it in service: a stay in the pool went by unseen', () => {
    const seen = { member: aMember({ phase: 'in-service' }), launch: anExecution({ status: 'SUCCEEDED' }) };
    const minutes = Array.from({ length: 10 }, (_, minute) => new Date(late.now.getTime() + minute * 60_000));
    const due = minutes.filter((now) => isHeartbeatDue(aSighting().instanceId, now, 1800));
    expect(due.length).toBeGreaterThan(3);
    // Asked of Auto Scaling no more often than a heartbeat is due.
    for (const now of minutes)
      expect(done(seen, { hooks: { 'muster-launch': 1800 }, now })).toEqual(
        due.includes(now) ? ['start-if-held EC2-AutoScalingGroup'] : [],
      );
  });

  test.each(['launching', 'completing'] as const)(
    'is started if our hook holds it, though its last launch has ended well: a restored ledger has it as %s',
    (phase) => {
      const now = [...Array(10).keys()].map((minute) => new Date(late.now.getTime() + minute * 60_000));
      const due = now.find((at) => isHeartbeatDue(aSighting().instanceId, at, 1800))!;
      const at = { hooks: { 'muster-launch': 1800 }, now: due };
      const member = aMember({ phase });
      const launch = anExecution({ status: 'SUCCEEDED', arn: member.execution });
      expect(done({ member, launch }, at)).toEqual(['start-if-held EC2-AutoScalingGroup']);
      // Another launch has ended well: this one has only just claimed.
      if (phase === 'launching')
        expect(done({ member, launch: { ...launch, arn: `${launch.arn}_earlier` } }, at)).toEqual([]);
    },
  );

  test('is abandoned when its hold is over', () => {
    expect(done({ launch: failed, member: aMember(), hold: aHold() }, late)).toEqual([
      beat,
      'release abandoned ABANDON',
    ]);
  });

  test('is not abandoned while the breaker is open', () => {
    expect(done({ launch: failed, member: aMember(), hold: aHold() }, { ...late, breakerIsOpen: true })).toEqual([
      beat,
    ]);
  });

  test('is never abandoned for a hold without an end', () => {
    const endless = aHold();
    Reflect.deleteProperty(endless, 'endsAt');
    expect(done({ launch: failed, member: aMember(), hold: endless }, late)).toEqual([beat]);
  });

  test('is not abandoned for a hold of a failure that has been redriven since', () => {
    expect(done({ launch: anExecution({ redrives: 1 }), member: aMember(), hold: aHold() }, late)).toEqual([beat]);
  });

  test('is not started for a hook that is not ours', () => {
    expect(done({}, { hooks: { other: 600 } })).toEqual([]);
  });

  test('is kept with the hook of its launch when the settings cannot be read', () => {
    const other = aLaunch({ lifecycle: { hookName: 'old-hook', token: 't' } });
    expect(
      done({ launch: { ...failed, input: other }, hold: aHold() }, { settings: undefined, hooks: { 'old-hook': 600 } }),
    ).toEqual(['heartbeat old-hook']);
  });

  test('is started with what the ledger knows of its way', () => {
    expect(done({ reserve: aReserve() })).toEqual([beat, 'start WarmPool-AutoScalingGroup']);
    expect(done({ state: 'Warmed:Pending:Wait' })).toEqual([beat, 'start EC2-WarmPool']);
    expect(done({ member: aMember({ phase: 'replacing' }) })).toEqual([
      beat,
      'start AutoScalingGroup-AutoScalingGroup',
    ]);
  });

  test('cannot have waited for longer than one heartbeat timeout', () => {
    const [, started] = decideReconcile(aSighting(), aView());
    expect(started).toMatchObject({
      launch: { lifecycle: { token: null, since: '2026-01-01T12:20:00.000Z' }, startedBy: 'reconciler' },
    });
  });

  test('has entered the pool already, and waits for another hook', () => {
    const entered = anExecution({ status: 'SUCCEEDED', input: aLaunch({ destination: 'WarmPool' }) });
    expect(done({ state: 'Warmed:Pending:Wait', reserve: aReserve(), launch: entered })).toEqual([]);
  });
});

describe('an instance that leaves', () => {
  const leaving = { state: 'Terminating:Wait', member: aMember({ phase: 'in-service' }) };
  test.each<[string, Partial<Sighting>, string[]]>([
    ['is released if no release runs', leaving, ['release scale-in CONTINUE']],
    ['is kept waiting while it is released', { ...leaving, isReleasing: true }, ['heartbeat muster-terminate']],
    ['is released also if it never held anything', { state: 'Terminating:Wait' }, ['release scale-in CONTINUE']],
    ['is left to the others once it is released', { state: 'Terminating:Wait', releaseStatus: 'SUCCEEDED' }, []],
    ['is left alone while it does not wait', { ...leaving, state: 'Terminating' }, []],
    [
      'is released when it goes back to the pool',
      { ...leaving, state: 'Warmed:Pending:Wait' },
      ['release to-warm-pool CONTINUE'],
    ],
    ['is released when it is in the pool already', { ...leaving, state: 'Warmed:Stopped' }, ['release to-warm-pool -']],
    [
      'is released further on its way out of the pool again',
      { state: 'Pending', member: aMember({ phase: 'releasing' }) },
      ['release to-warm-pool -'],
    ],
    [
      'is released further when it is in the pool, and nothing of it is abandoned',
      { state: 'Warmed:Stopped', member: aMember({ phase: 'releasing' }) },
      ['release to-warm-pool -'],
    ],
    [
      'is prepared for its new root volume',
      { ...leaving, state: 'ReplacingRootVolume:Wait' },
      ['release root-volume CONTINUE'],
    ],
    [
      'is not prepared twice',
      { state: 'ReplacingRootVolume:Wait', member: aMember({ phase: 'replacing' }), releaseStatus: 'SUCCEEDED' },
      [],
    ],
    ['is not taken for prepared while it still drains', { ...leaving, state: 'ReplacingRootVolume' }, []],
    ['is known to get a new root volume', { ...leaving, state: 'RootVolumeReplaced' }, ['mark-replacing']],
  ])('%s', (_, seen, expected) => expect(done(seen)).toEqual(expected));

  test('without a hook of ours it is known to get a new root volume while it still drains', () => {
    expect(done({ ...leaving, state: 'ReplacingRootVolume' }, { hooks: {} })).toEqual(['mark-replacing']);
  });
  test.each(['ReplacingRootVolume', 'ReplacingRootVolume:Wait'])(
    'is not taken for prepared while it cannot be read whether there is a hook of ours (%s)',
    (state) => {
      expect(done({ ...leaving, state }, { settings: undefined })).toEqual([]);
      expect(done({ ...leaving, state: 'RootVolumeReplaced' }, { settings: undefined })).toEqual(['mark-replacing']);
    },
  );
  test('without a hook of ours it is released when it is gone', () => {
    expect(done(leaving, { hooks: {} })).toEqual([]);
  });
});

describe('an instance that is gone', () => {
  test.each<[string, Partial<Sighting>]>([
    ['held a number', { member: aMember({ phase: 'in-service' }), presence: 'ended' }],
    ['was detached before', { member: aMember({ phase: 'detached' }), presence: 'ended' }],
    ['is long forgotten by EC2', { member: aMember(), presence: 'unknown' }],
    ['was to be released', { member: aMember({ phase: 'releasing' }), presence: 'there' }],
    ['was on hold', { hold: aHold() }],
    ['was in the pool', { reserve: aReserve() }],
    ['is being launched', { launch: anExecution() }],
    ['is being launched while a release runs', { launch: anExecution(), member: aMember(), isReleasing: true }],
  ])('and %s is released as an orphan', (_, seen) => {
    expect(done({ state: undefined, ...seen })).toEqual(['release orphan -']);
  });

  test('and being released needs nothing more', () => {
    expect(done({ state: undefined, member: aMember({ phase: 'releasing' }), isReleasing: true })).toEqual([]);
  });
});

describe('an instance in service', () => {
  test.each<[string, Partial<Sighting>, string[]]>([
    ['is left alone', { member: aMember({ phase: 'in-service' }) }, []],
    ['is left alone without a number: it was not asked for', {}, []],
    ['is left alone in Standby', { state: 'Standby', member: aMember({ phase: 'in-service' }) }, []],
    ['is no longer on hold', { hold: aHold(), launch: anExecution({ status: 'SUCCEEDED' }) }, ['settle SUCCEEDED']],
    [
      'is reported if the launch that a notification told of failed',
      { member: aMember(), launch: failed },
      ['settle FAILED'],
    ],
    ['is reported once', { member: aMember(), launch: failed, hold: aHold() }, []],
    [
      'is recorded if its last step died before that',
      { member: aMember({ phase: 'completing' }), launch: failed, hold: aHold() },
      ['mark-in-service'],
    ],
    [
      'is left to its last step while that runs',
      { member: aMember({ phase: 'completing' }), launch: anExecution() },
      [],
    ],
    [
      'is taken note of if the ledger was restored to a time before its last step',
      { member: aMember(), launch: anExecution({ status: 'SUCCEEDED' }) },
      ['mark-in-service'],
    ],
    [
      'is taken note of if the ledger was restored to the time of its root volume, which another launch was for',
      {
        member: aMember({ phase: 'replacing', execution: 'arn:another' }),
        launch: anExecution({ status: 'SUCCEEDED' }),
      },
      ['mark-in-service'],
    ],
    [
      'is not taken note of while the launch with its new root volume runs',
      { member: aMember({ phase: 'replacing' }), launch: anExecution() },
      [],
    ],
    [
      'is not taken note of for what another launch has done',
      { member: aMember({ execution: 'arn:another' }), launch: anExecution({ status: 'SUCCEEDED' }) },
      [],
    ],
  ])('%s', (_, seen, expected) => expect(done({ state: 'InService', ...seen })).toEqual(expected));
});

describe('heartbeats', () => {
  const minutes = (heartbeatSeconds: number, id: string) =>
    Array.from({ length: 120 }, (_, minute) => isHeartbeatDue(id, new Date(minute * 60_000), heartbeatSeconds)).flatMap(
      (due, minute) => (due ? [minute] : []),
    );

  test.each([120, 600, 1800, 3600, 7200])('with a time-out of %i s one is due in every fifteenth of it', (seconds) => {
    const due = minutes(seconds, 'i-0a1b2c3d');
    const gaps = due.slice(1).map((minute, at) => minute - due[at]!);
    expect(new Set(gaps)).toEqual(new Set([Math.max(1, Math.floor(seconds / 900))]));
  });

  test('of a thousand that wait at once no minute has more than Auto Scaling takes, and each has three in the time', () => {
    const ids = Array.from({ length: 1000 }, (_, at) => `i-${(at * 7919).toString(16).padStart(17, '0')}`);
    const dueIn = (minute: number, seconds: number) =>
      ids.filter((id) => isHeartbeatDue(id, new Date(minute * 60_000), seconds, ids.length));
    for (let minute = 0; minute < 60; minute += 1) expect(dueIn(minute, 7200).length).toBeLessThan(90);
    const beats = Array.from({ length: 60 }, (_, minute) => dueIn(minute, 3600)).flat();
    const counts = ids.map((id) => beats.filter((one) => one === id).length);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(3);
    // Also when the number that wait goes up and down: no gap is longer than the longest interval.
    const waiting = (minute: number) => [1, 200, 1000][minute % 3];
    for (const id of ids.slice(0, 50)) {
      const minutesOf = Array.from({ length: 200 }, (_, minute) => minute).filter((minute) =>
        isHeartbeatDue(id, new Date(minute * 60_000), 3600, waiting(minute)),
      );
      expect(Math.max(...minutesOf.slice(1).map((minute, at) => minute - minutesOf[at]!))).toBeLessThanOrEqual(20);
    }
    // The shortest time-out that a hook may have leaves no choice.
    expect(dueIn(0, 120)).toHaveLength(ids.length);
  });

  test('a thousand instances do not have theirs in the same minute', () => {
    const ids = Array.from({ length: 1000 }, (_, at) => `i-${(at * 7919).toString(16).padStart(17, '0')}`);
    const inFirst = ids.filter((id) => isHeartbeatDue(id, new Date(0), 3600)).length;
    expect(inFirst).toBeGreaterThan(150);
    expect(inFirst).toBeLessThan(350);
  });
});
