import { forEachLimited } from '../../../shared/lists';
import type { Identity } from '../../domain/identity';
import { creationsOf } from '../../domain/dns/owned-records';
import { type Ledger, type Member, isBeingReleased } from '../../ledger/port';
import type { Route53 } from '../../ports/aws';
import { changeComment } from '../../domain/dns/record-sets';
import { createForMany } from '../../resources/zone';
import { isOfToday, knownAddresses, recordedName, wantedNames, type NameSettings, type PlacedName } from './names';

interface Deps {
  readonly route53: Route53;
  readonly ledger: Ledger;
  readonly identity: Identity;
}

interface Entry {
  readonly member: Member;
  readonly names: readonly PlacedName[];
  /** The ids of the changes so far, in the order of the names. */
  readonly changes: readonly string[];
}

// With at most 3 records a name, of which the longest has 255 characters, this is below Route 53's 1,000 values and
// 32,000 characters for each batch.
const namesAtOnce = 100;
// Each time at least one name is left out. More than a few are only refused when the zone was filled by hand.
const tries = 4;
const notesAtOnce = 20;

/**
 * Creates the names of all launches of the group that wait for theirs, in one change batch a zone, and notes in each
 * member which change it was. Nothing but CREATEs: Route 53 refuses a batch in which one name exists, even one of ours.
 * Such a name is left out, and noted as for its own step, which looks whose it is. So is one that Route 53 never takes;
 * and all of them, if it does not say which of them it means: a mistake of one, or of the zone, makes no launch wait.
 *
 * If this run dies here, the names exist without a note in the ledger. Their own steps, or the next batch, meet them as existing, and
 * find that they are theirs.
 *
 * @returns the ids of the leader's changes, or `undefined` if its name was refused, or the batch for no known name.
 * @throws StepError `ZoneBusy`.
 */
export async function createNamesTogether(
  deps: Deps,
  leader: Member,
  settings: NameSettings,
): Promise<readonly string[] | undefined> {
  let entries = await waiting(deps, leader, settings);
  // One without IPv4 has no reverse name.
  const zones = Math.max(...entries.map(({ names }) => names.length));
  for (let position = 0; position < zones; position += 1) {
    const created = await createIn(deps.route53, entries, position);
    if (created === undefined) {
      // Otherwise each of them would wait for a turn, and then be refused.
      const others = entries.filter(({ member }) => member.instanceId !== leader.instanceId);
      await noteAll(deps.ledger, others, () => []);
      return undefined;
    }
    const refused = entries.filter(({ member }) => !created.some((entry) => entry.member === member));
    await noteAll(deps.ledger, refused, () => []);
    entries = created;
  }
  const mine = entries.find(({ member }) => member.instanceId === leader.instanceId);
  const others = entries.filter((entry) => entry !== mine);
  await noteAll(deps.ledger, others, ({ changes }) => changes);
  return mine?.changes;
}

/** The launches whose names are not in DNS yet; the leader first. Their intent is on record. */
async function waiting({ ledger, identity }: Deps, leader: Member, settings: NameSettings): Promise<Entry[]> {
  const members = await ledger.members(leader.group);
  const others = members.filter(({ instanceId }) => instanceId !== leader.instanceId);
  return [leader, ...others].flatMap((member) => entryOf(member, settings, identity) ?? []).slice(0, namesAtOnce);
}

function entryOf(member: Member, settings: NameSettings, identity: Identity): Entry | undefined {
  const { dns } = settings;
  const { phase, dnsNames, dnsChanges, dnsBatch } = member;
  const addresses = knownAddresses(member, dns);
  if (phase !== 'launching' || isBeingReleased(member) || dnsChanges !== undefined || dnsBatch !== undefined)
    return undefined;
  if (addresses === undefined || !isOfToday(member, settings)) return undefined;
  const names = wantedNames(member, dns, addresses, identity);
  return names.every((name) => dnsNames?.includes(recordedName(name))) ? { member, names, changes: [] } : undefined;
}

/**
 * Creates one name of each entry. @returns those whose name was not refused, with the change; `undefined` if it does
 * not come about, and it is not clear which name caused it.
 */
async function createIn(route53: Route53, entries: readonly Entry[], position: number): Promise<Entry[] | undefined> {
  const without = entries.filter(({ names }) => names[position] === undefined);
  let left = entries.filter((entry) => !without.includes(entry));
  for (let attempt = 1; ; attempt += 1) {
    const first = left[0]?.names[position];
    if (first === undefined) return without;
    const changes = left.flatMap(({ names }) => creationsIn(names, position));
    const { zoneId, wanted } = first;
    const comment = changeComment(`create for ${left.length} instances`, wanted.owner);
    const created = await createForMany(route53, zoneId, comment, changes);
    if ('id' in created)
      return [...without, ...left.map((entry) => ({ ...entry, changes: [...entry.changes, created.id] }))];
    const words = new Set(created.refused.toLowerCase().split(/[\s'",[\]]+/));
    const fits = left.filter(({ names }) => !wordsOf(names[position]).some((word) => words.has(word)));
    if (fits.length === left.length || attempt >= tries) return undefined;
    left = fits;
  }
}

/** The words by which Route 53 names a record in a refusal: its name, or a value that it does not accept. */
function wordsOf(name: PlacedName | undefined): string[] {
  if (name === undefined) return [];
  const values = name.wanted.records.flatMap((record) => record.values);
  return [`${name.wanted.name}.`, ...values].map((word) => word.toLowerCase());
}

function creationsIn(names: readonly PlacedName[], position: number) {
  const name = names[position];
  return name === undefined ? [] : creationsOf(name.wanted);
}

async function noteAll(
  ledger: Ledger,
  entries: readonly Entry[],
  dnsBatch: (entry: Entry) => readonly string[],
): Promise<void> {
  await forEachLimited(entries, notesAtOnce, (entry) => note(ledger, entry, dnsBatch(entry)));
}

/** A failed note must not stop the others: the member's own step, or its release, finds out. */
async function note(ledger: Ledger, { member }: Entry, dnsBatch: readonly string[]): Promise<void> {
  await ledger.update(member, { dnsBatch }).catch(() => undefined);
}
