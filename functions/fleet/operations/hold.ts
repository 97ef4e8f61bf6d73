import type { Clock } from '../../shared/runtime';
import { limitHold } from '../domain/outcome';
import { type Hold } from '../ledger/port';
import { OperationRefused } from './operation-refused';
import { findSubject, isHeldByHook, type SubjectDeps, type InstanceReference } from './subject';
import { isOutdated } from '../ledger/records';

export interface HoldDeps extends SubjectDeps {
  clock: Clock;
}

export interface HoldResult {
  readonly action: 'held';
  readonly name: string;
  /** When its hold ends now (ISO 8601). */
  readonly endsAt: string;
  readonly reason: string;
}

/** As long as the longest limit of a lifecycle hook. */
export const longestHoldMinutes = 2880;

/**
 * Holds a failed launch for a number of minutes from now, which can extend or shorten its hold, but never beyond the
 * global limit of its lifecycle hook.
 *
 * @throws OperationRefused for an instance that is not on hold, or an invalid number of minutes.
 */
export async function hold(deps: HoldDeps, who: InstanceReference & { readonly minutes: number }): Promise<HoldResult> {
  const { minutes } = who;
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > longestHoldMinutes) {
    throw new OperationRefused(
      `a hold takes a whole number of minutes from 1 to ${longestHoldMinutes}, got ${minutes}`,
    );
  }
  const subject = await findSubject(deps, who);
  const { name, launch, hold: held } = subject;
  if (held === undefined) throw new OperationRefused(`${name} is not on hold: its launch has not failed`);
  if (launch?.status === 'RUNNING') throw new OperationRefused(`the launch of ${name} runs: there is nothing to hold`);
  if (!isHeldByHook(subject)) throw new OperationRefused(`${name} waits for nothing (${subject.state ?? 'gone'})`);
  const wanted = deps.clock.now().getTime() + minutes * 60_000;
  const endsAt = limitHold(new Date(wanted), held.hookEndsAt).toISOString();
  await save(deps, name, { ...held, revision: held.revision + 1, endsAt });
  const isShort = Date.parse(endsAt) < wanted;
  const why = isShort ? `: the hook's own limit is ${held.hookEndsAt ?? ''}` : '';
  return { action: 'held', name, endsAt, reason: `${name} is held until ${endsAt}${why}` };
}

async function save({ ledger }: HoldDeps, name: string, record: Hold): Promise<void> {
  try {
    await ledger.saveHold(record);
  } catch (error) {
    if (!isOutdated(error)) throw error;
    throw new OperationRefused(`the hold of ${name} has just changed: check it and try again`);
  }
}
