import type { Sighting, GroupView } from '../../functions/fleet/domain/reconcile/sighting';
import type { LaunchExecution } from '../../functions/fleet/domain/launch-execution';
import type { Hold, Member, Reserve } from '../../functions/fleet/ledger/port';
import { aLaunch, someSettings } from './launches';

const execution = 'arn:aws:states:eu-central-1:123456789012:execution:scale-out:web_i-0a1b2c3d_EC2-AutoScalingGroup';

export function aMember(changes: Partial<Member> = {}): Member {
  return {
    group: 'web',
    instanceId: 'i-0a1b2c3d',
    index: 1,
    name: 'web-01',
    execution,
    phase: 'launching',
    claimedAt: '2026-01-01T00:00:00.000Z',
    builds: {},
    ...changes,
  };
}

/** A failure that has been reported, on hold until 13:00. */
export function aHold(changes: Partial<Hold> = {}): Hold {
  return {
    group: 'web',
    instanceId: 'i-0a1b2c3d',
    revision: 2,
    name: 'web-01',
    execution,
    redrive: 0,
    state: 'Deploy',
    error: 'BuildFailed',
    reason: 'deploy #1 FAILURE',
    failedAt: '2026-01-01T12:00:00.000Z',
    endsAt: '2026-01-01T13:00:00.000Z',
    report: { state: 'sent', at: '2026-01-01T12:00:01.000Z' },
    ...changes,
  };
}

export function aReserve(changes: Partial<Reserve> = {}): Reserve {
  return { group: 'web', instanceId: 'i-0a1b2c3d', revision: 1, execution, phase: 'warmed', builds: {}, ...changes };
}

export function anExecution(changes: Partial<LaunchExecution> = {}): LaunchExecution {
  return {
    arn: execution,
    name: 'web_i-0a1b2c3d_EC2-AutoScalingGroup',
    status: 'RUNNING',
    redrives: 0,
    redrivable: false,
    startedAt: new Date('2026-01-01T11:50:00Z'),
    input: aLaunch(),
    ...changes,
  };
}

export function aSighting(changes: Partial<Sighting> = {}): Sighting {
  return { group: 'web', instanceId: 'i-0a1b2c3d', state: 'Pending:Wait', isReleasing: false, ...changes };
}

/** Both hooks, with a heartbeat timeout so short that a heartbeat is due in every minute; 12:30. */
export function aView(changes: Partial<GroupView> = {}): GroupView {
  return {
    settings: someSettings(),
    hooks: { 'muster-launch': 600, 'muster-terminate': 600 },
    breakerIsOpen: false,
    waiting: 1,
    now: new Date('2026-01-01T12:30:00Z'),
    ...changes,
  };
}
