import type { Random } from '../../../shared/random';
import { StepError } from '../../contracts/errors';
import { largestIndex, type GroupSettings } from '../../contracts/settings';
import { chooseIndex } from '../../domain/choose-index';
import { type Ledger, type Member, isBeingReleased } from '../../ledger/port';
import type { Newcomers } from './newcomers';
import { LedgerError } from '../../ledger/records';

interface IndexSearch extends Pick<Newcomers, 'marks'> {
  readonly instanceId: string;
  /** @see seekersOf */
  readonly seekers: readonly string[];
  readonly alone: boolean;
}

/**
 * The number to try next.
 *
 * @throws StepError `NumbersExhausted`
 */
export async function findIndex(
  { ledger, random }: { ledger: Ledger; random: Random },
  { group, names: { start } }: GroupSettings,
  { instanceId: self, seekers, marks, alone }: IndexSearch,
): Promise<number> {
  const slots = await ledger.slots(group);
  const seeking = new Set(seekers);
  for (const { instanceId } of slots) seeking.delete(instanceId);
  const held = slots.map(({ index }) => index);
  // Whose number is on record by now has the tag of that, or of nothing any more.
  const members = new Set(slots.map(({ instanceId }) => instanceId));
  const seen = marks.filter(({ instanceId }) => instanceId !== self && !members.has(instanceId));
  const own = marks.find(({ instanceId, ours }) => instanceId === self && ours);
  const index = chooseIndex({
    held,
    seen: seen.map(({ index }) => index),
    ...(own === undefined ? {} : { own: own.index }),
    start,
    largest: largestIndex,
    seekers: seeking.size,
    alone,
    random,
  });
  if (index !== undefined) return index;
  throw new StepError(
    'NumbersExhausted',
    `${group} holds every number from ${start} to ${largestIndex}: release some of its members, then retry`,
  );
}

/**
 * Makes what an earlier launch of the instance has claimed this one's: its root volume is new, or it came back.
 *
 * @throws StepError `ReleaseAwaited`: what it held is being taken back, and nothing may be put beside that.
 */
export async function takeOver(ledger: Ledger, held: Member, execution: string): Promise<void> {
  if (held.phase === 'releasing') throw releaseAwaited(held);
  if (held.execution === execution) {
    if (isBeingReleased(held)) throw releaseAwaited(held);
    return;
  }
  try {
    // What the earlier launch was to be ended for does not end this one: its release finds another launch's member.
    const own = { execution, phase: 'launching', registered: [], endingSince: null } as const;
    await ledger.update(held, own, held.execution);
  } catch (error) {
    // A release came first, just now.
    if (error instanceof LedgerError) throw releaseAwaited(held, error);
    throw error;
  }
}

function releaseAwaited({ instanceId, name }: Member, cause?: unknown): StepError {
  return new StepError('ReleaseAwaited', `${instanceId} is still giving up ${name}`, { cause });
}
