import type { Instance } from '@aws-sdk/client-ec2';
import type { DnsSettings } from '../../contracts/settings';
import { decideMainAddress, decideNameAddresses, mainAddress } from '../../domain/dns/addresses';
import { executionArn } from '../../../shared/executions/start';
import { adoptedWay, firstName } from '../../domain/redrive-or-new-attempt';
import { targetGroupName, targetEntry } from '../../domain/targets';
import { hasServed, isLeaving, isOnItsWayIntoService } from '../../domain/lifecycle';
import { fqdnOf, instanceName, templateValues, tagsToWrite, wantedTags } from '../../domain/identity';
import { planName } from '../../domain/dns/owned-records';
import { memberOf } from '../../ledger/rules';
import type { Claim, Ledger, Member, MemberChanges } from '../../ledger/port';
import type { Ec2 } from '../../ports/aws';
import type { NameContents } from '../../resources/zone';
import { predecessor, recordedName, wantedNames, type PlacedName } from '../../steps/register-dns/names';
import { marksOf, numberAll, type NumberSource } from './numbers';
import { observeGroup, type ObserveGroupDeps, type ObservedGroup, type ObservedInstance } from './observe';
import { shownAddresses } from '../../resources/addresses';

export interface PlanDeps extends ObserveGroupDeps {
  ec2: Ec2;
  ledger: Pick<Ledger, 'records' | 'history' | 'member'>;
  /** ARN of the state machine of launches. */
  stateMachineArn: string;
}

/** What adopting an instance does, or would do. */
export interface Adoption {
  readonly instanceId: string;
  readonly index: number;
  readonly name: string;
  /** Where its number comes from; `ledger`: it has it already, and an earlier run did not come to its end. */
  readonly source: NumberSource | 'ledger';
  readonly why: string;
  /** The tags that are written, with what they say now. */
  readonly tags: readonly { readonly key: string; readonly value: string; readonly now?: string }[];
  /** The names that are put into DNS, and why they may be. */
  readonly dns: readonly { readonly name: string; readonly why: string }[];
  /** What an operator should know about it; adopting does not change it. */
  readonly notes: readonly string[];
}

/** An instance that is left as it is, and why. */
export interface SkippedInstance {
  readonly instanceId: string;
  readonly why: string;
}

/** What adopting a group does, or would do. Nothing in `adopt` and `refused`: all of it is adopted. */
export interface AdoptionPlan {
  readonly group: string;
  /** In the order of their numbers. */
  readonly adopt: readonly Adoption[];
  /** The instances about which an operator must decide first. */
  readonly refused: readonly SkippedInstance[];
  /** The instances that are being launched or terminated: they are left to their launch or release. */
  readonly passing: readonly SkippedInstance[];
  /** How many instances are members already. */
  readonly members: number;
}

/** An adoption with all that it takes to carry it out. */
export interface AdoptionTask {
  readonly view: Adoption;
  /** Absent: the number is its own already. */
  readonly claim?: Omit<Claim, 'at'>;
  readonly holder: Pick<Member, 'group' | 'instanceId' | 'index'>;
  /** What continues record before anything is done. */
  readonly intent: MemberChanges;
  readonly tags: Readonly<Record<string, string>>;
  readonly names: readonly PlacedName[];
}

export interface PlannedAdoption {
  readonly plan: AdoptionPlan;
  readonly works: readonly AdoptionTask[];
}

/** Looks at a group and says what adopting it does. Changes nothing. @throws OperationRefused as `seeGroup`. */
export async function planAdoption(deps: PlanDeps, group: string): Promise<PlannedAdoption> {
  const seen = await observeGroup(deps, group);
  const members = new Map(seen.records.members.map((member) => [member.instanceId, member]));
  const refused: SkippedInstance[] = [];
  const passing: SkippedInstance[] = [];
  const ready: ObservedInstance[] = [];
  for (const [instanceId, state] of seen.states) {
    const member = members.get(instanceId);
    if (member !== undefined && !isHalfAdopted(deps, member)) continue;
    const why = whyNot(seen, instanceId, state);
    const instance = seen.instances.get(instanceId);
    if (why === undefined && instance !== undefined) ready.push(instance);
    else passing.push({ instanceId, why: why ?? 'EC2 does not show it' });
  }
  const works: AdoptionTask[] = [];
  for (const choice of choose(deps, seen, ready, members)) {
    const work = 'refused' in choice ? choice : await workOf(deps, seen, choice);
    if ('refused' in work) refused.push({ instanceId: work.instanceId, why: work.refused });
    else works.push(work);
  }
  works.sort((left, right) => left.view.index - right.view.index);
  const adopt = works.map(({ view }) => view);
  const ended = [...members.keys()].filter((id) => seen.states.has(id) && !adopt.some((one) => one.instanceId === id));
  return { plan: { group, adopt, refused, passing, members: ended.length }, works };
}

/** The execution that an adopted member names as its launch: there is none of that name. */
function adoptionArn({ stateMachineArn }: Pick<PlanDeps, 'stateMachineArn'>, group: string, instanceId: string) {
  return executionArn(stateMachineArn, firstName({ group, instanceId, way: adoptedWay }));
}

/** What is noted last is that its names are in DNS, also of a group that has none. */
function isHalfAdopted(deps: PlanDeps, { group, instanceId, execution, phase, dnsChanges }: Member): boolean {
  const isOurs = execution === adoptionArn(deps, group, instanceId);
  return isOurs && dnsChanges === undefined && (phase === 'launching' || phase === 'in-service');
}

function whyNot({ records, instances }: ObservedGroup, instanceId: string, state: string): string | undefined {
  if (isLeaving(state)) return `it is leaving (${state})`;
  const hold = records.holds.find((one) => one.instanceId === instanceId);
  if (hold !== undefined)
    return `its launch failed at ${hold.state} and is on hold: muster retry ${instanceId} continues it, under the number in its tag if it has one; or abandon it (muster abandon ${instanceId})`;
  if (!hasServed(state))
    return `it is on its way (${state}): its launch gives it a number, or fails and is put on hold; then retry it`;
  const ec2 = instances.get(instanceId)?.instance.State?.Name;
  return ec2 === 'shutting-down' || ec2 === 'terminated' ? `EC2 shows it as ${ec2}` : undefined;
}

interface Choice {
  readonly seen: ObservedInstance;
  readonly instanceId: string;
  readonly index: number;
  readonly source: Adoption['source'];
  readonly why: string;
  /** Set if the instance holds the number already. */
  readonly member?: Member;
}
type InstanceRefusal = { readonly instanceId: string; readonly refused: string };

function choose(
  { identity }: PlanDeps,
  { settings, records, states, instances, zones }: ObservedGroup,
  ready: readonly ObservedInstance[],
  members: ReadonlyMap<string, Member>,
): (Choice | InstanceRefusal)[] {
  const own = zones.ownRecords(settings, identity);
  const idOf = ({ instance }: ObservedInstance) => instance.InstanceId ?? '';
  const begun = ready.flatMap((seen): Choice[] => {
    const member = members.get(idOf(seen));
    if (member === undefined) return [];
    const { index, instanceId } = member;
    return [{ seen, instanceId, index, member, source: 'ledger', why: 'an earlier run has begun to adopt it' }];
  });
  const marked = (all: readonly ObservedInstance[]) =>
    all
      .map((seen) => ({ ...seen, instanceId: idOf(seen), ownRecord: own.get(idOf(seen)) }))
      .filter(({ instanceId }) => !members.has(instanceId));
  const candidates = marked(ready);
  const newcomers = [...instances.values()].filter((seen) => isOnItsWayIntoService(states.get(idOf(seen))));
  const borne = marksOf(identity, marked(newcomers));
  const numbered = numberAll(settings, identity, candidates, [...borne, ...records.members]).flatMap(
    (one): (Choice | InstanceRefusal)[] => {
      if ('refused' in one) return [one];
      const seen = instances.get(one.instanceId);
      return seen === undefined ? [] : [{ ...one, seen }];
    },
  );
  return [...begun, ...numbered];
}

async function workOf(
  deps: PlanDeps,
  { settings, zones }: ObservedGroup,
  choice: Choice,
): Promise<AdoptionTask | InstanceRefusal> {
  const { instanceId, index, source, why, seen, member } = choice;
  const { group, dns } = settings;
  const [name, fqdn] = [member?.name ?? instanceName(settings, index), member?.fqdn ?? fqdnOf(settings, index)];
  const addresses = addressesOf(seen.instance, dns);
  if (typeof addresses === 'string') return { instanceId, refused: addresses };
  const execution = adoptionArn(deps, group, instanceId);
  const claim = { group, instanceId, index, name, ...(fqdn !== undefined && { fqdn }), execution };
  const future = memberOf({ ...claim, at: '' });
  const names = dns === undefined ? [] : wantedNames(future, dns, addresses, deps.identity);
  const written: { name: string; why: string }[] = [];
  for (const { zoneId, wanted } of names) {
    const there = await zones.at(zoneId, wanted.name);
    const planned = planName(wanted, there.records, there.foreign, {
      predecessor: await predecessor(deps, wanted, there.records),
    });
    if (planned.action === 'taken') return { instanceId, refused: takenText(name, planned.reason, there) };
    written.push({ name: wanted.name, why: planned.reason });
  }
  const wanted = wantedTags(settings, templateValues(future, mainAddress(addresses)), deps.identity);
  const tags = tagsToWrite(wanted, seen.tags);
  return {
    view: {
      instanceId,
      index,
      name,
      source,
      why,
      tags: Object.entries(tags).map(([key, value]) => withNow(key, value, seen.tags[key])),
      dns: written,
      notes: notesOf(settings.targetGroups, seen),
    },
    ...(member === undefined && { claim }),
    holder: { group, instanceId, index },
    intent: intentOf(seen, addresses, names),
    tags,
    names,
  };
}

function withNow(key: string, value: string, now: string | undefined) {
  return now === undefined ? { key, value } : { key, value, now };
}

/** In words, why it cannot have the addresses that the settings ask for. */
function addressesOf(instance: Instance, dns: DnsSettings | undefined): readonly string[] | string {
  const shown = shownAddresses(instance);
  const decision = dns === undefined ? decideMainAddress(shown) : decideNameAddresses(shown, dns.ipv6);
  if (decision.action === 'use') return decision.addresses;
  return dns === undefined ? [] : decision.reason;
}

function takenText(name: string, reason: string, { records }: NameContents): string {
  const unmarked = records.length > 0 && !records.some(({ type }) => type === 'TXT');
  const todo = unmarked
    ? '. If they are meant for this instance, remove them and adopt again, which writes and marks them'
    : '';
  return `it would be ${name}, but ${reason}${todo}`;
}

/** Its release finds here what to remove, even if this run dies. */
function intentOf(
  { targets }: ObservedInstance,
  addresses: readonly string[],
  names: readonly PlacedName[],
): MemberChanges {
  const targetGroups = [...new Set(targets.map(({ targetGroup }) => targetGroup))];
  const byAddress = targets.filter(({ id }) => !id.startsWith('i-'));
  return {
    ...(addresses.length > 0 && { addresses }),
    ...(names.length > 0 && { dnsNames: names.map(recordedName) }),
    ...(targetGroups.length > 0 && { targetGroups }),
    ...(byAddress.length > 0 && { targets: byAddress.map(targetEntry) }),
  };
}

function notesOf(targetGroups: readonly string[], { targets }: ObservedInstance): string[] {
  return targetGroups
    .filter((arn) => !targets.some(({ targetGroup }) => targetGroup === arn))
    .map((arn) => `it is no target of ${targetGroupName(arn)}, and is not made one: only a launch proves its health`);
}
