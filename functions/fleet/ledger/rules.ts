import { NamedError } from '../../shared/named-error';
import {
  isBeingReleased,
  type Breaker,
  type Claim,
  type HistoryEntry,
  type Hold,
  type Holder,
  type Member,
  type MemberChanges,
  type Observation,
  type Reserve,
} from './port';
import { LedgerError } from './records';

// Rules that both ledgers share: the one in DynamoDB and the one in the lab.

/** How many entries `history` returns by default. */
export const defaultHistoryLimit = 50;

/** The instance does not hold the index (any more), or is being released: a step that acts for it must stop. */
export function notHolder({ group, index, instanceId }: Holder): LedgerError {
  return new LedgerError('NotHolder', `${instanceId} does not hold index ${index} of group '${group}' (any more)`, {
    fault: 'environment',
  });
}

/** Who may write the record of a build: a step of its launch until the launch has ended; then the step that ends builds. */
export function mayWriteBuild(member: Member | undefined, { index }: Holder, hasEnded: boolean): boolean {
  if (member?.index !== index) return false;
  return hasEnded ? member.phase === 'releasing' || member.phase === 'replacing' : !isBeingReleased(member);
}

/** Whether the member's releases allow this change. @see Ledger.update */
export function mayChange(member: Member, { phase, endingSince }: MemberChanges): boolean {
  if (phase === 'releasing') return true;
  return member.phase !== 'releasing' && (member.endingSince === undefined || endingSince !== undefined);
}

/** Another run of the step has written the build's record in between. */
export function outdated({ group, instanceId }: Holder, job: string, revision: number): LedgerError {
  const what = `the record of job '${job}' of ${instanceId} in group '${group}'`;
  return new LedgerError('Outdated', `${what} has been written by another run: revision ${revision} is not next`, {
    fault: 'environment',
  });
}

/** Another run has saved or removed the hold in between. */
export const outdatedHold = ({ group, instanceId, revision }: Hold): LedgerError =>
  outdatedRecord(`the hold of ${instanceId} in group '${group}'`, revision);

/** Another run has saved or removed the reserve in between. */
export const outdatedReserve = ({ group, instanceId, revision }: Reserve): LedgerError =>
  outdatedRecord(`the reserve ${instanceId} of group '${group}'`, revision);

/** Another run has saved the breaker in between. */
export const outdatedBreaker = ({ group, revision }: Breaker): LedgerError =>
  outdatedRecord(`the breaker of group '${group}'`, revision);

/** Another run has saved the observation in between. */
export const outdatedObservation = ({ group, key, revision }: Observation): LedgerError =>
  outdatedRecord(`the observation '${key}' of group '${group}'`, revision);

function outdatedRecord(what: string, revision: number): LedgerError {
  const why = `revision ${revision} is not next: read it again and decide again`;
  return new LedgerError('Outdated', `${what} has been changed by another run: ${why}`, { fault: 'environment' });
}

/** What a claim makes of an instance. */
export function memberOf({ group, instanceId, index, name, fqdn, execution, at, builds = {} }: Claim): Member {
  const dns = fqdn === undefined ? {} : { fqdn };
  return { group, instanceId, index, name, ...dns, execution, phase: 'launching', claimedAt: at, builds };
}

/** The trace that a change of holder leaves. */
export function entryOf(
  { group, index, instanceId }: Holder,
  what: Pick<HistoryEntry, 'name' | 'event' | 'reason' | 'at'>,
): HistoryEntry {
  return { group, index, instanceId, ...what };
}

const largestIndex = 999_999;

/** `index` as text that sorts like the number. */
export function paddedIndex(index: number): string {
  if (!Number.isInteger(index) || index < 0 || index > largestIndex) {
    throw new NamedError('InvalidIndex', `an index is a whole number from 0 to ${largestIndex}, got ${index}`, {
      fault: 'bug',
    });
  }
  return String(index).padStart(String(largestIndex).length, '0');
}

/** `at` in the one spelling that sorts as text: with milliseconds, in UTC. */
export function instant(at: string): string {
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) {
    throw new NamedError('InvalidTime', `a time is an ISO 8601 string, got '${at}'`, { fault: 'bug' });
  }
  return time.toISOString();
}

/**
 * The key that identifies and orders the entries of a group's history. It is made only from the entry, so a repeated
 * write writes the same entry again, not a second one.
 *
 * Within one millisecond `freed` sorts before the claim: an index can be freed and claimed again at once, while a whole
 * launch lies between a claim and its end.
 */
export function historyKey({ at, event, index, instanceId }: HistoryEntry): string {
  return `${instant(at)}#${event === 'freed' ? '0' : '1'}-${event}#${paddedIndex(index)}#${instanceId}`;
}
