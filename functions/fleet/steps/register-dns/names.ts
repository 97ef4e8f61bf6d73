import { notPermitted } from '../../../shared/lambda/step';
import { StepError } from '../../contracts/errors';
import type { DnsSettings, GroupSettings } from '../../contracts/settings';
import { addressIn, decideNameAddresses, reverseName } from '../../domain/dns/addresses';
import { type Identity, fqdnOf } from '../../domain/identity';
import {
  type WantedName,
  creationsOf,
  planName,
  isReverse,
  predecessorAt,
  type Predecessor,
} from '../../domain/dns/owned-records';
import { requireAddresses, shownAddresses } from '../../resources/addresses';
import { isDead, requireInstance } from '../../resources/instance';
import type { Ec2, Route53 } from '../../ports/aws';
import type { Member, Ledger } from '../../ledger/port';
import { changeComment } from '../../domain/dns/record-sets';
import { changeRecords, createRecords, readName, type NameContents } from '../../resources/zone';

/** A name, and the zone in which it is created. */
export interface PlacedName {
  readonly zoneId: string;
  readonly wanted: WantedName;
}

/** The settings that give a member its name in DNS. */
export type NameSettings = Pick<GroupSettings, 'group' | 'names'> & { readonly dns: DnsSettings };

/**
 * Whether the member has the name that its settings give to its number today. A name stays as it was claimed, and
 * permissions to create names follow the settings.
 */
export function isOfToday(member: Pick<Member, 'index' | 'name' | 'fqdn'>, settings: NameSettings): boolean {
  return nameInDns(member, settings.dns) === fqdnOf(settings, member.index);
}

/** Without a dot at the end. A member that was claimed while its group had no DNS has it by the zone of today. */
export function nameInDns({ name, fqdn }: Pick<Member, 'name' | 'fqdn'>, { zoneName }: DnsSettings): string {
  return fqdn ?? `${name}.${zoneName}`;
}

/** As the ledger has it: the zone's id, `/`, the name. */
export function recordedName({ zoneId, wanted }: PlacedName): string {
  return `${zoneId}/${wanted.name}`;
}

/** The addresses that are on record, if they are all that the settings ask for. */
export function knownAddresses({ addresses }: Member, { ipv6 }: DnsSettings): readonly string[] | undefined {
  return addressIn(addresses, ipv6 ? 'ipv6' : 'ipv4') === undefined ? undefined : addresses;
}

/**
 * The same as EC2 shows them.
 *
 * @param waitedMs how long the step has been trying.
 * @throws StepError `InstanceNotVisibleYet`, `InstanceGone`, `AddressUnavailable`.
 */
export async function readAddresses(
  ec2: Ec2,
  instanceId: string,
  { ipv6 }: DnsSettings,
  waitedMs: number,
): Promise<readonly string[]> {
  const instance = await requireInstance(ec2, instanceId);
  const decision = decideNameAddresses(shownAddresses(instance), ipv6);
  return requireAddresses(decision, { about: instanceId, instance, waitedMs });
}

/** What to say of a PTR record that the settings ask for and an instance without IPv4 cannot have. */
export function withoutPtr(dns: DnsSettings, addresses: readonly string[]): string {
  const lacks = dns.reverseZone !== undefined && addressIn(addresses, 'ipv4') === undefined;
  return lacks ? '; no PTR record: it has no IPv4 address' : '';
}

/** The names that a member is to have, the forward one first. The IPv6 address counts only if the settings say so. */
export function wantedNames(
  member: Member,
  dns: DnsSettings,
  addresses: readonly string[],
  identity: Identity,
): PlacedName[] {
  const ipv4 = addressIn(addresses, 'ipv4');
  const ipv6 = dns.ipv6 ? addressIn(addresses, 'ipv6') : undefined;
  const owner = { identity, group: member.group, instanceId: member.instanceId };
  const ttl = dns.ttlSeconds;
  const name = nameInDns(member, dns);
  const forward: WantedName = {
    name,
    ttl,
    owner,
    addresses,
    records: [
      ...(ipv4 === undefined ? [] : [{ type: 'A' as const, values: [ipv4] }]),
      ...(ipv6 === undefined ? [] : [{ type: 'AAAA' as const, values: [ipv6] }]),
    ],
  };
  if (dns.reverseZone === undefined || ipv4 === undefined) return [{ zoneId: dns.zoneId, wanted: forward }];
  const reverse: WantedName = { name: reverseName(ipv4), ttl, owner, records: [{ type: 'PTR', values: [`${name}.`] }] };
  return [
    { zoneId: dns.zoneId, wanted: forward },
    { zoneId: dns.reverseZone.zoneId, wanted: reverse },
  ];
}

/**
 * What it means that IAM refuses a name which the settings do not give any more: launches may create the names of
 * today's settings alone, so no waiting and no redrive helps, unless the settings go back. @returns any other error as it is.
 */
export function explainDenial(error: unknown, member: Member, settings: NameSettings): unknown {
  const denied = notPermitted(error, 'register-dns');
  if (denied === undefined) return error;
  const [name, today] = [nameInDns(member, settings.dns), fqdnOf(settings, member.index) ?? 'none'];
  const why = `${name} is a name of other settings: number ${member.index} is ${today} by those of today`;
  const todo =
    'abandon it (muster abandon): its group launches one that gets a current name; or deploy the old settings again';
  return new StepError('NotPermitted', `${denied}. ${why}. If it stays refused: ${todo}`, { cause: error });
}

interface Deps {
  readonly route53: Route53;
  readonly ec2: Ec2;
  readonly ledger: Ledger;
}

/** The change that made a name this instance's, and why it was allowed. */
export interface NameChange {
  /** The id of the change, to wait for. */
  readonly id: string;
  readonly reason: string;
}

/**
 * Makes one name an instance's. Most names are free, so one is created without looking; Route 53 refuses that if
 * anything stands there, and only then it is read.
 *
 * @param known what is known of the name: the change that made it ours, or that Route 53 has `refused` it to another launch;
 *   and how that change is forgotten, before another one is made. If the answer to that one is lost, the name is found to be
 *   ours, and the earlier change would be waited for, which is long in sync.
 * @throws StepError `NameTaken`, `ZoneBusy`, `ZoneUnusable`.
 */
export async function ensureName(
  deps: Deps,
  name: PlacedName,
  known: { readonly change?: string | undefined; readonly refused: boolean; readonly forget?: () => Promise<void> },
): Promise<NameChange> {
  const { zoneId, wanted } = name;
  const comment = (action: string) => changeComment(`${action} for ${wanted.owner.instanceId}`, wanted.owner);
  if (known.change === undefined && !known.refused) {
    const created = await createRecords(deps.route53, zoneId, comment('create'), creationsOf(wanted));
    if ('id' in created) return { id: created.id, reason: `${wanted.name} was free` };
  }
  const { records, foreign } = await readName(deps.route53, zoneId, wanted.name);
  const plan = planName(wanted, records, foreign, {
    predecessor: await predecessor(deps, wanted, records),
    knownChange: known.change,
  });
  switch (plan.action) {
    case 'taken':
      throw new StepError('NameTaken', plan.reason);
    case 'none':
      return { id: plan.change, reason: plan.reason };
    case 'create':
    case 'replace':
    case 'confirm':
      if (known.change !== undefined) await known.forget?.();
      return { id: await changeRecords(deps.route53, zoneId, comment(plan.action), plan.changes), reason: plan.reason };
  }
}

/** What EC2 and the ledger say of the instance whose name it was. */
export async function predecessor(
  { ec2, ledger }: { readonly ec2: Ec2; readonly ledger: Pick<Ledger, 'history' | 'member'> },
  wanted: WantedName,
  records: NameContents['records'],
): Promise<Predecessor | undefined> {
  const { name, owner } = wanted;
  const instanceId = predecessorAt(records, wanted);
  if (instanceId === undefined) return undefined;
  if (!(await isDead(ec2, instanceId))) {
    const other = await ledger.member(owner.group, instanceId);
    const isElsewhere =
      other?.fqdn !== undefined && other.fqdn !== name && !isReverse(wanted) && !hasOnRecord(other, name);
    return { instanceId, isDead: false, wasHeld: false, ...(isElsewhere && { nowNamed: other.name }) };
  }
  const history = await ledger.history(owner.group, { limit: historyLimit });
  // A reverse name is looked up by the name that it points to.
  const names = [name, ...records.flatMap(({ type, values }) => (type === 'PTR' ? values : []))];
  const wasHeld = history.some(
    (entry) => entry.instanceId === instanceId && names.some((one) => one.startsWith(`${entry.name}.`)),
  );
  return { instanceId, isDead: true, wasHeld };
}

/** Names are on record with their zone. */
function hasOnRecord({ dnsNames = [] }: Member, name: string): boolean {
  return dnsNames.some((place) => place.endsWith(`/${name}`));
}

// All that a group of some hundred instances has seen in a week or two; a mark that is older is for a person to judge.
const historyLimit = 1000;
