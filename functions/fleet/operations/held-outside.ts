import type { FormerResources } from '../contracts/deployment';
import type { GroupSettings } from '../contracts/settings';
import { instanceName } from '../domain/identity';
import type { Member } from '../ledger/port';

/** Something that members have on record and that today's settings would not give them. */
export interface OutsideHolding {
  readonly kind: 'name' | 'zone' | 'target-group';
  /** The zone's id or the target group's ARN; of names, the pattern that they do not follow. */
  readonly what: string;
  readonly members: readonly Member[];
  /** Whether releases may clean it up all the same. */
  readonly reach: 'within' | 'beyond';
}

type Holder = Pick<Member, 'name' | 'index' | 'dnsNames' | 'targetGroups'>;

/** What the releases of a deployment may clean up: what stands in its settings, and what stood there. */
export interface ReleaseScope {
  readonly zones: ReadonlySet<string>;
  readonly targetGroups: ReadonlySet<string>;
}

/** @param all the settings of every group: the permissions of the deployment are those of all of them. */
export function reachOf(all: readonly GroupSettings[], formerly: FormerResources): ReleaseScope {
  return {
    zones: new Set([...all.flatMap(zonesIn), ...formerly.zones]),
    targetGroups: new Set([...all.flatMap(({ targetGroups }) => targetGroups), ...formerly.targetGroups]),
  };
}

/**
 * What members of a group hold outside of its settings as they are now: by an earlier pattern, in an earlier zone (or in
 * any, where DNS was taken out), in earlier target groups. Names are within reach wherever their zone is: what a release
 * may take out of DNS is not narrowed to names.
 */
export function outsideHoldings(
  members: readonly Member[],
  settings: GroupSettings,
  reach: ReleaseScope,
): OutsideHolding[] {
  const { pattern } = settings.names;
  const odd = members.filter(({ name, index }) => name !== instanceName(settings, index));
  const own = reachOf([settings], { zones: [], targetGroups: [] });
  return [
    ...(odd.length === 0 ? [] : [{ kind: 'name' as const, what: pattern, members: odd, reach: 'within' as const }]),
    ...each('zone', members, zonesOf, { own: own.zones, reach: reach.zones }),
    ...each('target-group', members, ({ targetGroups = [] }) => targetGroups, {
      own: own.targetGroups,
      reach: reach.targetGroups,
    }),
  ];
}

function each(
  kind: OutsideHolding['kind'],
  members: readonly Member[],
  held: (member: Holder) => readonly string[],
  { own, reach }: { readonly own: ReadonlySet<string>; readonly reach: ReadonlySet<string> },
): OutsideHolding[] {
  const outside = [...new Set(members.flatMap(held))].filter((what) => !own.has(what)).sort();
  return outside.map((what) => ({
    kind,
    what,
    members: members.filter((member) => held(member).includes(what)),
    reach: reach.has(what) ? 'within' : 'beyond',
  }));
}

/** An entry of `dnsNames` is the zone's id, `/`, the name. */
function zonesOf({ dnsNames = [] }: Holder): string[] {
  return dnsNames.map((place) => place.split('/')[0] ?? '');
}

function zonesIn({ dns }: GroupSettings): string[] {
  return [dns, dns?.reverseZone].flatMap((zone) => zone?.zoneId ?? []);
}
