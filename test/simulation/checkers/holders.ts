import type { CreateTagsCommandInput } from '@aws-sdk/client-ec2';
import type { Claim } from '../../../functions/fleet/ledger/port';
import { indexTag } from '../../../functions/fleet/domain/identity';
import { isLeaving, isWarm } from '../../../infra/lab/region/auto-scaling/groups/group';
import type { ServiceCall } from '../world/observe';
import type { Cast } from '../world/scene';
import type { Checker } from './checker';

export const holders: Checker = {
  name: 'one-holder',
  holds:
    'no index is held twice in a group, neither in the ledger nor by the tags of instances that stay; and numbers are dense',
  watch: (cast, violate) => {
    const largest = new Map<string, number>();
    /** When an instance's tags were written (ms). */
    const tagged = new Map<string, number>();
    return (seen) => {
      if (seen.kind === 'event') noteSeekers(cast, largest);
      if (seen.kind !== 'call' || seen.error !== undefined) return;
      if (seen.name === 'ledger.claim' && seen.output === 'claimed')
        checkClaim(cast, seen.input as Claim, largest, violate);
      if (seen.name === 'ledger.claim' && seen.output === 'claimed') checkUnknown(cast, seen, tagged, violate);
      if (seen.name !== 'ec2.createTags') return;
      checkTags(cast, violate);
      const { Resources = [] } = seen.input as CreateTagsCommandInput;
      for (const id of Resources) tagged.set(id, cast.world.clock.millis());
    };
  },
};

/**
 * The most that had a number, or were after one, at the same moment. A claim that is held up comes when there are fewer;
 * and capacity is no measure: it may count units, or instances that are left alone.
 */
function noteSeekers({ world }: Cast, largest: Map<string, number>): void {
  for (const { plan } of world.groups) {
    const { instances } = world.lab.region.autoScaling.world.group(plan.name);
    const members = world.observedLedger.members(plan.name);
    const seekers = [...instances.values()].filter(
      ({ id, state }) => /^Pending/.test(state) && !members.some(({ instanceId }) => instanceId === id),
    );
    const known = members.length + seekers.length + unknownIn(world, plan.name).length;
    largest.set(plan.name, Math.max(largest.get(plan.name) ?? 0, known));
  }
}

/** Those that bear a number in a group whose ledger was lost, and that it does not know. */
function unknownIn(
  { observedLedger, lab }: Cast['world'],
  group: string,
): { readonly id: string; readonly index: number }[] {
  if (observedLedger.unsure.size === 0) return [];
  const { autoScaling, ec2 } = lab.region;
  return [...autoScaling.world.group(group).instances.values()].flatMap((instance) => {
    const { id } = instance;
    const index = ec2.world.find(id)?.tags.actual().get(indexTag);
    const isThere = observedLedger.unsure.has(id) && !isLeaving(instance) && !isWarm(instance);
    return isThere && index !== undefined && observedLedger.member(group, id) === undefined
      ? [{ id, index: Number(index) }]
      : [];
  });
}

// Tags are shown a while after they were written, and a claim looks at them before it claims.
const shownAfterMs = 180_000;

/** A number that an instance in service bears is its own, also when the ledger has forgotten that. */
function checkUnknown(
  { world }: Cast,
  { input, by }: ServiceCall,
  tagged: ReadonlyMap<string, number>,
  violate: (what: string) => void,
): void {
  const { group, index, instanceId } = input as Claim;
  if ((by?.faults ?? 0) > 0) return;
  for (const other of unknownIn(world, group)) {
    const isShown = world.clock.millis() - (tagged.get(other.id) ?? Infinity) > shownAfterMs;
    const { autoScaling, ec2 } = world.lab.region;
    // One that has ended is shown in service until its group notices, and bears nothing any more.
    const isAlive = /^(pending|running|stopping|stopped)$/.test(ec2.world.find(other.id)?.state.current ?? '');
    const isServing = isAlive && autoScaling.world.member(other.id)?.state === 'InService';
    if (other.index === index && other.id !== instanceId && isShown && isServing)
      violate(`${instanceId} was given index ${index} of ${group}, which ${other.id} bears, unknown to the ledger`);
  }
}

function checkClaim(
  cast: Cast,
  { group, index, instanceId }: Claim,
  largest: Map<string, number>,
  violate: (what: string) => void,
): void {
  const { world } = cast;
  const members = world.observedLedger.members(group);
  const others = members.filter((member) => member.index === index && member.instanceId !== instanceId);
  if (others.length > 0)
    violate(`${instanceId} was given index ${index} of ${group}, which ${others[0]?.instanceId ?? ''} holds`);
  noteSeekers(cast, largest);
  // Those that a ledger forgot have numbers too, or had them when it was asked.
  const most = Math.max(largest.get(group) ?? 0, members.length + 1) + world.observedLedger.unsure.size;
  const start = world.group(group)?.settings.names?.start ?? 1;
  if (index >= start + most)
    violate(
      `${instanceId} was given index ${index} of ${group}, where ${members.length} are held, and ${most} at most were held or sought at once`,
    );
}

/** By what EC2 has written, shown or not: of two that are there to stay only one can say that it is number 3. */
function checkTags({ world }: Cast, violate: (what: string) => void): void {
  const { autoScaling, ec2 } = world.lab.region;
  for (const { plan } of world.groups) {
    const tagged = new Map<string, string>();
    for (const instance of autoScaling.world.group(plan.name).instances.values()) {
      if (isLeaving(instance) || isWarm(instance)) continue;
      const isAlive = ['pending', 'running'].includes(ec2.world.find(instance.id)?.state.current ?? '');
      const index = ec2.world.find(instance.id)?.tags.actual().get(indexTag);
      if (index === undefined || !isAlive) continue;
      const other = tagged.get(index);
      if (other !== undefined && bothMembers(world.observedLedger, plan.name, other, instance.id))
        violate(`${other} and ${instance.id} of ${plan.name} are both tagged as number ${index}`);
      tagged.set(index, instance.id);
    }
  }
}

/** One that comes out of a warm pool still has the tags of its last stay until it gets its new ones. */
function bothMembers(
  observedLedger: Cast['world']['observedLedger'],
  group: string,
  left: string,
  right: string,
): boolean {
  const [one, other] = [observedLedger.member(group, left), observedLedger.member(group, right)];
  return one !== undefined && other !== undefined && one.index === other.index;
}
