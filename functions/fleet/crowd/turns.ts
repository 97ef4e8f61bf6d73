import type { Clock } from '../../shared/clock';
import { LedgerError, type Observation } from '../ledger/port';
import type { Observations } from '../ledger/records';

export interface TurnDeps {
  readonly clock: Clock;
  readonly ledger: Observations;
}

/** Something that a group does together. */
export interface Turn {
  readonly group: string;
  readonly what: string;
  /** How many come at once in the deployment. Default: not known. */
  readonly crowd?: number | undefined;
}

/**
 * Whether it is on this run to do `what` now for all of its group that wait for it. Among any number that ask, one
 * every two seconds is told so, or less often in a big crowd; if it dies with it, the next one is.
 */
export async function takeTurn({ clock, ledger }: TurnDeps, { group, what, crowd = 0 }: Turn): Promise<boolean> {
  const now = clock.now();
  const key = `turn ${what}`;
  const last = await ledger.observation(group, key);
  if (last !== undefined && ageOf(last, now) < restOfTurn(crowd)) return false;
  return keepObservation(ledger, { group, key, revision: nextRevision(last), at: now.toISOString(), value: '' });
}

/** What is looked at for all of a group. */
export interface Look {
  readonly group: string;
  readonly key: string;
  /** How many come at once in the deployment. Default: not known. */
  readonly crowd?: number | undefined;
  /** Whether an observation of that age, in milliseconds, answers the question. */
  readonly isGood: (seen: Observation, ageMs: number) => boolean;
}

/**
 * What `look` sees, or has seen for another launch if the observation is good enough; `undefined` while somebody else
 * is looking. In none of these cases it is worth more than a look of one's own.
 */
export async function lookTogether(
  deps: TurnDeps,
  { group, key, crowd, isGood }: Look,
  look: () => Promise<string>,
): Promise<string | undefined> {
  const { clock, ledger } = deps;
  const seen = await ledger.observation(group, key);
  if (seen !== undefined && isGood(seen, ageOf(seen, clock.now()))) return seen.value;
  if (!(await takeTurn(deps, { group, what: key, crowd }))) return undefined;
  // The time before the look: an observation must not pass for newer than it is.
  const at = clock.now().toISOString();
  const value = await look();
  await keepObservation(ledger, { group, key, revision: nextRevision(seen), at, value });
  return value;
}

/** Stores an observation unless somebody has stored a newer one. Returns whether it did. */
export async function keepObservation(
  ledger: Observations,
  observation: Observation,
  keptDays?: number,
): Promise<boolean> {
  try {
    await (keptDays === undefined
      ? ledger.saveObservation(observation)
      : ledger.saveObservation(observation, keptDays));
    return true;
  } catch (error) {
    if (error instanceof LedgerError) return false;
    throw error;
  }
}

/** The revision that comes after `seen`. */
export function nextRevision(seen: Observation | undefined): number {
  return (seen?.revision ?? 0) + 1;
}

/** In milliseconds. */
export function ageOf({ at }: Observation, now: Date): number {
  return now.getTime() - Date.parse(at);
}

// Twenty-five at once do without each other: they fit into the burst of every API that a launch calls, with half of
// Route 53's left for others, and polling every 3 s into its ten calls a second. Alone a launch is some seconds quicker.
const crowdFrom = 26;

/**
 * Whether so many instances come at once, in all groups of a deployment, that each of them asking and changing for itself would keep all
 * of them waiting: AWS takes 10 changes of DNS a second, 4 registrations of targets, and gives 10 looks at health.
 *
 * @param comers how many instances are on their way into service; 0: not known.
 */
export function isCrowd(comers: number): boolean {
  return comers >= crowdFrom;
}

/**
 * Whether a step had better be done together with others: in a crowd, and also where it has been tried in vain twice,
 * which is how launches of other groups, or of other tools, make themselves felt.
 */
export function isDoneTogether({ crowd, run }: { crowd: number; run: { retries: number } }): boolean {
  return isCrowd(crowd) || run.retries > 1;
}

/**
 * What Muster takes of AWS's request limits, which are the whole account's: half of each at most, for the launches of all
 * groups of a deployment together. How crowds keep to it is here; `npm run bench shares` measures whether they do.
 *
 * Route 53 takes 10 calls a second and CreateTags 10 (infra/lab/region/limits.ts has them all, and where AWS says so).
 * Bursts come on top of that: up to this many launches at the same moment, a call each fits into half of a minute's.
 */
const burst = 250;
// Launches of one deployment that tag their instances, a second: 45 % of the ten that CreateTags has, since they try in
// steps of up to ten seconds, and some minutes have more of them than others.
const tagsPerSecond = 4.5;
const turnMs = 2_000;
// A thousand launches wait for tags longer than this anyway: with 8 s between batches, a batch has all of their names.
const turnMsPerLaunch = 8;

/**
 * How long a thing that a group does together is left to rest before it is done again, in milliseconds. The bigger the
 * crowd, the longer: so each batch holds more, there are fewer changes to ask for, and they are asked for less often.
 *
 * @param crowd how many instances of the deployment's groups come at once; 0: not known.
 */
export function restOfTurn(crowd: number): number {
  return Math.max(turnMs, crowd * turnMsPerLaunch);
}

/**
 * How long after it came to its tags an instance of a crowd writes them, in milliseconds. Each has tags of its own, so
 * there is nothing to do together: the calls are spread instead, over as long as all of them take at half the limit.
 *
 * The numbers of a group follow each other; multiples of the golden ratio put any such row evenly over the time (Weyl's
 * sequence), whichever part of the crowd a group is.
 */
export function tagsWaitMs({ crowd, index }: { readonly crowd: number; readonly index: number }): number {
  if (crowd <= burst) return 0;
  return ((index * goldenRatio) % 1) * (crowd / tagsPerSecond) * 1_000;
}

const goldenRatio = (1 + Math.sqrt(5)) / 2;
