import type { GroupSettingsInput } from '../../../functions/fleet/contracts/settings';
import type { TerminationPolicy, WarmPoolOptions } from '../../../infra/lab/region/auto-scaling/groups/group';
import { Chance } from '../chance';
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
  /** A launch hook of somebody else's, who answers it after some time. */
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
      (made, kind) => ({ ...made, ...ofKind[kind]?.(new Chance(kind, seed, group.name), group) }),
      group,
    ),
  );
}

const ofKind: Partial<Record<Kind, (chance: Chance, group: GroupPlan) => Partial<GroupPlan>>> = {
  weights: (chance) => ({ weight: chance.pick([2, 3, 8]) }),
  'ip-targets': (chance) => ({ ipTargets: chance.happens(0.7) }),
  'ipv6-only': (chance) => ({ ipv6Only: chance.happens(0.5) }),
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
  const chance = new Chance('groups', seed);
  const count = chance.pick([1, 1, 1, 2, 2, 3]);
  // Some launches only do together what each of a few does alone (functions/fleet/crowd/size.ts).
  if (chance.happens(0.03)) {
    const desired = chance.whole(26, 36);
    return [
      { ...drawGroup('web', new Chance('group', seed, 'web')), desired, maxSize: 40, hasDns: true, targetGroups: 1 },
    ];
  }
  return names.slice(0, count).map((name) => drawGroup(name, new Chance('group', seed, name)));
}

function drawGroup(name: string, chance: Chance): GroupPlan {
  const desired = chance.whole(0, 4);
  return {
    name,
    desired,
    maxSize: 7,
    heartbeatSeconds: chance.pick([300, 600, 1800, 3600]),
    drainSeconds: chance.pick([0, 20, 120]),
    targetGroups: chance.pick([0, 1, 1, 1, 2]),
    jobs: chance.pick<GroupPlan['jobs']>([
      ['provision', 'deploy'],
      ['provision', 'deploy'],
      ['provision', 'deploy'],
      ['provision'],
      ['deploy'],
      [],
    ]),
    hasDns: chance.happens(0.9),
    reverse: chance.happens(0.25),
    terminationPolicy: chance.pick<TerminationPolicy>(['Default', 'OldestInstance', 'NewestInstance']),
    ...(chance.happens(0.2) && { warmPool: drawPool(chance) }),
    foreignHook: chance.happens(0.15),
    notifies: chance.happens(0.3),
    settings: {
      names: { start: chance.pick<0 | 1>([0, 1]), pattern: `{group}-{index:0${String(chance.whole(1, 3))}}` },
      holdMinutes: chance.pick([0, 5, 15, 60]),
      breakerAfter: chance.whole(1, 4),
      healthTimeoutMinutes: chance.pick([2, 5, 15]),
      tags: chance.happens(0.5) ? { Role: '{group}', Host: '{name}' } : {},
    },
    jobTimeoutMinutes: chance.pick([2, 10, 30]),
    unstable: chance.pick<'success' | 'failure'>(['success', 'failure']),
  };
}

function drawPool(chance: Chance): WarmPoolOptions {
  return {
    maxGroupPreparedCapacity: chance.whole(3, 6),
    state: chance.pick<'Stopped' | 'Running'>(['Stopped', 'Running']),
    reuseOnScaleIn: chance.happens(0.6),
  };
}
