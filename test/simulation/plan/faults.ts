import { Draws } from '../draws';

/**
 * The faults of a call of a port. `slow-before`: its effect comes late. `slow-after`: its answer does. `repeated`: the
 * SDK has lost the answer and made the call once more by itself. `killed-…`: the function ends there, at once.
 */
export const callFaults = [
  'refused',
  'throttled',
  'answer-lost',
  'repeated',
  'slow-before',
  'slow-after',
  'killed-before',
  'killed-after',
] as const;

/**
 * The faults of a function as a whole. `not-run`: Lambda fails before it. `answer-gone`: it has done its work, and
 * its answer is lost. `zombie`: it is given up while it continues. `twice`: Lambda runs it twice at the same time.
 * `late`: it begins some seconds after it was called.
 */
export const functionFaults = ['not-run', 'answer-gone', 'zombie', 'twice', 'late'] as const;

/** The faults of a message of EventBridge. */
export const messageFaults = ['lost', 'doubled', 'delayed'] as const;

/** The faults of a request to Jenkins, on its way. `unread`: Jenkins never saw it; `unheard`: its answer is lost. */
export const requestFaults = ['unread', 'unheard', 'bad-gateway', 'truncated', 'oops'] as const;

/**
 * Faults that happen only where they are asked for: the worlds of the seeds stay as they are without it. `blinded`: a run of the
 * reconciler cannot see something, whichever way and however often it looks; or gets lists one by one.
 */
export const switchedFaults = ['blinded'] as const;
export type SwitchedFault = (typeof switchedFaults)[number];

export const faultNames = [...callFaults, ...functionFaults, ...messageFaults, ...requestFaults] as const;
export type FaultName = (typeof faultNames)[number] | SwitchedFault;

/** How likely each fault is, 0 to 1, for each thing that it can hit. What is missing never happens. */
export type FaultRates = Readonly<Partial<Record<FaultName, number>>>;

/** At the worst. Beyond this nothing gets done any more, and nothing is learnt. */
const most: Readonly<Record<(typeof faultNames)[number], number>> = {
  refused: 0.06,
  throttled: 0.06,
  'answer-lost': 0.06,
  repeated: 0.06,
  'slow-before': 0.04,
  'slow-after': 0.04,
  'killed-before': 0.02,
  'killed-after': 0.02,
  'not-run': 0.05,
  'answer-gone': 0.05,
  zombie: 0.05,
  twice: 0.1,
  late: 0.1,
  lost: 0.4,
  doubled: 0.4,
  delayed: 0.5,
  unread: 0.05,
  unheard: 0.05,
  'bad-gateway': 0.05,
  truncated: 0.05,
  oops: 0.02,
};

/** Each from draws of its own, so what else is drawn stays the same. */
export function drawSwitched(seed: number, kinds: readonly SwitchedFault[]): FaultRates {
  return Object.fromEntries(kinds.map((kind) => [kind, new Draws(kind, seed).pick([0.05, 0.2, 0.5])]));
}

/** Each seed leaves some faults out altogether, and some seeds all of them: what one hides another shows. */
export function drawRates(seed: number): FaultRates {
  const draws = new Draws('rates', seed);
  const share = draws.pick([0, 0.15, 0.4, 0.7, 1]);
  const rates: Partial<Record<FaultName, number>> = {};
  for (const name of faultNames) {
    const isOn = draws.happens(share);
    const rate = most[name] * (0.1 + 0.9 * draws.unit() ** 2);
    if (isOn) rates[name] = rate;
  }
  return rates;
}
