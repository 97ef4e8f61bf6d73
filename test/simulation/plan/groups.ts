import type { GroupSettingsInput } from '../../../functions/fleet/contracts/settings';
import type { TerminationPolicy, WarmPoolOptions } from '../../../infra/lab/region/auto-scaling/groups/group';
import { Draws } from '../draws';
import type { Kind } from './kinds';

/** One group of a world, and everything about it that is not drawn while the world runs. */
export interface GroupPlan {
  readonly name: string;
  /** How many instances it wants to begin with, and how many it can have. */
  readonly desired: number;
  readonly maxSize: number;
  readonly heartbeatSeconds: number;
  readonly drainSeconds: number;
  readonly targetGroups: number;
  readonly jobs: readonly ('provision' | 'deploy')[];
  readonly hasDns: boolean;
  readonly reverse: boolean;
  readonly terminationPolicy: TerminationPolicy;
  readonly warmPool?: WarmPoolOptions;
  /** A launch hook of another owner, who answers it after some time. */
  readonly foreignHook: boolean;
  /** Whether classic notifications are sent as well, of which Muster has to start nothing twice. */
  readonly notifies: boolean;
  readonly settings: Pick<
    GroupSettingsInput,
    'names' | 'holdMinutes' | 'breakerAfter' | 'healthTimeoutMinutes' | 'tags'
  >;
  readonly jobTimeoutMinutes: number;
  /** How many units of capacity an instance counts for. Default 1. */
  readonly weight?: number;
  /** Whether it has a target group of type ip, which Muster alone registers with. */
  readonly ipTargets?: boolean;
  /** Whether its instances have no IPv4 address. */
  readonly ipv6Only?: boolean;
  readonly unstable: 'success' | 'failure';
}

// `web-eu` begins like a name of `web`: their hosts must not be taken for one another's.
const names = ['web', 'web-eu', 'api'] as const;

/** Groups as the plain world has them, and what the world's kinds make of them. */
export function drawGroups(seed: number, kinds: readonly Kind[]): GroupPlan[] {
  return drawPlainGroups(seed).map((group) =>
    kinds.reduce<GroupPlan>(
      (made, kind) => ({ ...made, ...ofKind[kind]?.(new Draws(kind, seed, group.name), group) }),
      group,
    ),
  );
}

const ofKind: Partial<Record<Kind, (draws: Draws, group: GroupPlan) => Partial<GroupPlan>>> = {
  weights: (draws) => ({ weight: draws.pick([2, 3, 8]) }),
  'ip-targets': (draws) => ({ ipTargets: draws.happens(0.7) }),
  'ipv6-only': (draws) => ({ ipv6Only: draws.happens(0.5) }),
  'many-stays': (_, group) => (group.name === names[0] ? inAndOut : {}),
};

/** A group of one instance that rests in the pool when it is not wanted. */
const inAndOut: Partial<GroupPlan> = {
  desired: 1,
  maxSize: 1,
  jobs: [],
  targetGroups: 0,
  foreignHook: false,
  drainSeconds: 0,
  warmPool: { maxGroupPreparedCapacity: 1, state: 'Stopped', reuseOnScaleIn: true },
};

function drawPlainGroups(seed: number): GroupPlan[] {
  const draws = new Draws('groups', seed);
  const count = draws.pick([1, 1, 1, 2, 2, 3]);
  // Some launches only do together what each of a few does alone (functions/fleet/crowd/size.ts).
  if (draws.happens(0.03)) {
    const desired = draws.whole(26, 36);
    return [
      { ...drawGroup('web', new Draws('group', seed, 'web')), desired, maxSize: 40, hasDns: true, targetGroups: 1 },
    ];
  }
  return names.slice(0, count).map((name) => drawGroup(name, new Draws('group', seed, name)));
}

function drawGroup(name: string, draws: Draws): GroupPlan {
  const desired = draws.whole(0, 4);
  return {
    name,
    desired,
    maxSize: 7,
    heartbeatSeconds: draws.pick([300, 600, 1800, 3600]),
    drainSeconds: draws.pick([0, 20, 120]),
    targetGroups: draws.pick([0, 1, 1, 1, 2]),
    jobs: draws.pick<GroupPlan['jobs']>([
      ['provision', 'deploy'],
      ['provision', 'deploy'],
      ['provision', 'deploy'],
      ['provision'],
      ['deploy'],
      [],
    ]),
    hasDns: draws.happens(0.9),
    reverse: draws.happens(0.25),
    terminationPolicy: draws.pick<TerminationPolicy>(['Default', 'OldestInstance', 'NewestInstance']),
    ...(draws.happens(0.2) && { warmPool: drawPool(draws) }),
    foreignHook: draws.happens(0.15),
    notifies: draws.happens(0.3),
    settings: {
      names: { start: draws.pick<0 | 1>([0, 1]), pattern: `{group}-{index:0${String(draws.whole(1, 3))}}` },
      holdMinutes: draws.pick([0, 5, 15, 60]),
      breakerAfter: draws.whole(1, 4),
      healthTimeoutMinutes: draws.pick([2, 5, 15]),
      tags: draws.happens(0.5) ? { Role: '{group}', Host: '{name}' } : {},
    },
    jobTimeoutMinutes: draws.pick([2, 10, 30]),
    unstable: draws.pick<'success' | 'failure'>(['success', 'failure']),
  };
}

function drawPool(draws: Draws): WarmPoolOptions {
  return {
    maxGroupPreparedCapacity: draws.whole(3, 6),
    state: draws.pick<'Stopped' | 'Running'>(['Stopped', 'Running']),
    reuseOnScaleIn: draws.happens(0.6),
  };
}
