import { urlIn } from '../../shared/url';
import type { Member } from '../ledger/port';
import type { Family } from './addresses';

/** What a target group takes, as ELB says. Neither ever changes. */
export interface TargetGroupKind {
  readonly targetType: string;
  readonly ipAddressType: string;
}

/** One thing that is registered, or was about to be. */
export interface RecordedTarget {
  readonly targetGroup: string;
  readonly id: string;
}

type Recorded = Pick<Member, 'instanceId' | 'targetGroups' | 'targets'>;

/** As the member has it. */
export function targetEntry({ targetGroup, id }: RecordedTarget): string {
  return `${targetGroup} ${id}`;
}

/**
 * Under which ids the instance is a target of the group, by its record: whatever the settings and its addresses are by
 * now, what was put in is taken out.
 */
export function idsIn({ instanceId, targets = [] }: Recorded, targetGroup: string): readonly string[] {
  const start = targetEntry({ targetGroup, id: '' });
  const ids = targets.filter((entry) => entry.startsWith(start)).map((entry) => entry.slice(start.length));
  return ids.length === 0 ? [instanceId] : ids;
}

/** Under which it was registered last. */
export function idIn(member: Recorded, targetGroup: string): string {
  return idsIn(member, targetGroup).at(-1) ?? member.instanceId;
}

/** Whether ELB means the same target: IPv6 addresses have several spellings. */
export function isSameId(left: string | undefined, right: string): boolean {
  return left !== undefined && canonical(left) === canonical(right);
}

function canonical(id: string): string {
  const address = id.includes(':') ? urlIn(`http://[${id}]`) : undefined;
  return address?.hostname ?? id;
}

/** Everything that is on record of a member. */
export function recordedTargets(member: Recorded): readonly RecordedTarget[] {
  return (member.targetGroups ?? []).flatMap((targetGroup) =>
    idsIn(member, targetGroup).map((id) => ({ targetGroup, id })),
  );
}

/**
 * Which other members have the same target on record. An address is one instance's at a time, but the next one can get
 * it before the release of the last one has run.
 */
export function othersWith(
  target: RecordedTarget,
  { instanceId }: Pick<Member, 'instanceId'>,
  members: readonly Member[],
): readonly Member[] {
  const entry = targetEntry(target);
  return members.filter((other) => other.instanceId !== instanceId && (other.targets ?? []).includes(entry));
}

export type TargetKindDecision =
  | { readonly by: 'instance' }
  | { readonly by: 'address'; readonly family: Family }
  | { readonly by: 'nothing'; readonly reason: string };

/** What an instance is registered by. */
export function decideTargetKind({ targetType, ipAddressType }: TargetGroupKind): TargetKindDecision {
  if (targetType === 'instance') return { by: 'instance' };
  if (targetType === 'ip') return { by: 'address', family: ipAddressType === 'ipv6' ? 'ipv6' : 'ipv4' };
  return {
    by: 'nothing',
    reason: `it is a target group of type ${targetType}, which takes no instances: name one of type instance or ip in targetGroups`,
  };
}
