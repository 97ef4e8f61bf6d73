import { largestIndex, type GroupSettings } from '../../contracts/settings';
import { type Identity, indexIn, deploymentTag, indexTag, otherDeployment } from '../../domain/identity';
import type { Slot } from '../../ledger/port';

/** Where the number of an instance comes from: what it has already, or its place in the order of launches. */
export type NumberSource = 'tag' | 'dns' | 'name' | 'order';

/** An instance that is to get a number. */
export interface Candidate {
  readonly instanceId: string;
  /** Milliseconds since the epoch. */
  readonly launchedAt: number;
  readonly tags: Readonly<Record<string, string>>;
  /** The number in the DNS name whose owner record names this instance. */
  readonly ownRecord?: number | undefined;
}

export type NumberAssignment =
  | { readonly instanceId: string; readonly index: number; readonly source: NumberSource; readonly why: string }
  | { readonly instanceId: string; readonly refused: string };

/**
 * A number for each instance. What one has by its tag `muster:index`, by a DNS name that is marked as its own, or by a
 * `Name` that the pattern gives, in this order, it keeps; the others get the lowest free ones in the order of their
 * launches. A number that is the ledger's for another instance is never taken from it.
 *
 * The same instances get the same numbers whichever of them have got theirs already: what is left over keeps its order.
 *
 * @param slots who holds which number in the ledger, and who has one without being among the candidates: an instance on its
 *   way in, whose launch continues with it. Two with one name would be in service beside one another meanwhile. Of two of one
 *   number the later counts.
 */
export function numberAll(
  settings: GroupSettings,
  identity: Identity,
  candidates: readonly Candidate[],
  slots: readonly Slot[],
): NumberAssignment[] {
  const inOrder = [...candidates].sort(
    (left, right) => left.launchedAt - right.launchedAt || (left.instanceId < right.instanceId ? -1 : 1),
  );
  const holders = new Map(slots.map(({ index, instanceId }) => [index, instanceId]));
  const found = new Map<string, NumberAssignment>();
  const give = (instanceId: string, index: number, source: NumberSource, why: string) => {
    holders.set(index, instanceId);
    found.set(instanceId, { instanceId, index, source, why });
  };
  const open = () => inOrder.filter(({ instanceId }) => !found.has(instanceId));

  for (const { instanceId, tags } of open()) {
    const other = otherDeployment(tags, identity);
    if (other === undefined) continue;
    const todo = `let only one deployment manage its group; once no other one holds it, remove its tag ${deploymentTag}`;
    found.set(instanceId, { instanceId, refused: `it is marked as an instance of ${other}: ${todo}` });
  }
  for (const { instanceId, tags } of open())
    keepMark(indexInTag(tags), 'tag', `tag ${indexTag}`, { instanceId, holders, found, give });
  for (const { instanceId, ownRecord } of open())
    keepMark(ownRecord, 'dns', 'DNS name', { instanceId, holders, found, give });
  const notKept = new Map<string, string>();
  for (const { instanceId, tags } of open()) {
    const { Name: name = '' } = tags;
    const index = indexIn(settings, name);
    if (index === undefined || index < settings.names.start) continue;
    const holder = holders.get(index);
    if (holder === undefined) give(instanceId, index, 'name', `it is called ${name}`);
    else notKept.set(instanceId, `; ${name}, as it is called, is the number of ${holder}`);
  }
  let next = settings.names.start;
  for (const { instanceId } of open()) {
    while (holders.has(next)) next += 1;
    if (next > largestIndex) {
      const refused = `every number from ${settings.names.start} to ${largestIndex} is held: release some first`;
      found.set(instanceId, { instanceId, refused });
      continue;
    }
    give(instanceId, next, 'order', `the lowest free number, in the order of launches${notKept.get(instanceId) ?? ''}`);
  }
  return inOrder.flatMap(({ instanceId }) => found.get(instanceId) ?? []);
}

interface Assignments {
  readonly instanceId: string;
  readonly holders: ReadonlyMap<number, string>;
  readonly found: Map<string, NumberAssignment>;
  readonly give: (instanceId: string, index: number, source: NumberSource, why: string) => void;
}

/** Only Muster writes a mark: an instance that has one never gets another number. */
function keepMark(
  index: number | undefined,
  source: NumberSource,
  mark: string,
  { instanceId, holders, found, give }: Assignments,
): void {
  if (index === undefined) return;
  const holder = holders.get(index);
  if (holder === undefined) {
    give(instanceId, index, source, `from its ${mark}`);
    return;
  }
  const refused = `its ${mark} says number ${index}, which is ${holder}'s: if that one is gone, wait until it is released; otherwise let the group replace one of the two`;
  found.set(instanceId, { instanceId, refused });
}

function indexInTag({ [indexTag]: text = '' }: Readonly<Record<string, string>>): number | undefined {
  return /^\d{1,6}$/.test(text) && Number(text) <= largestIndex ? Number(text) : undefined;
}

/** The numbers that instances bear by marks of ours, the tag first. */
export function marksOf(identity: Identity, all: readonly Omit<Candidate, 'launchedAt'>[]): Slot[] {
  return all.flatMap(({ instanceId, tags, ownRecord }) => {
    const index = indexInTag(tags) ?? ownRecord;
    return index === undefined || otherDeployment(tags, identity) !== undefined ? [] : [{ instanceId, index }];
  });
}
