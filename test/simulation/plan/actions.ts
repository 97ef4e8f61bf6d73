import { Chance } from '../chance';

/**
 * What somebody does to the world at a moment: Auto Scaling, EC2, an operator, Jenkins, a stranger. Whom it befalls is
 * drawn when it is done, of those that are there then: `draw` (0 to 1) says which.
 */
export interface Action {
  /** Seconds from the beginning. */
  readonly at: number;
  readonly what: ActionName;
  readonly draw: number;
  /** How long, how many, which kind: each action takes from it what it needs. */
  readonly extent: number;
}

/** How often each kind is drawn, compared with the others. */
const weights = {
  'scale-to': 14,
  ambush: 16,
  'terminate-one': 4,
  'terminate-and-shrink': 4,
  'enter-standby': 2,
  'exit-standby': 3,
  'spot-interruption': 3,
  'instance-dies': 2,
  'instance-stops': 1,
  'root-volume': 2,
  'launches-refused': 1,
  'builds-fail': 5,
  'builds-hang': 1,
  'app-is-late': 3,
  'jenkins-restart': 2,
  'jenkins-crash': 3,
  'jenkins-outage': 2,
  'directory-blip': 1,
  'reconciler-outage': 2,
  'operator-retries': 8,
  'operator-abandons': 3,
  'operator-holds': 2,
  'operator-resumes': 2,
  'console-redrives': 4,
  'console-stops': 2,
  'event-again': 4,
  'stranger-takes-name': 2,
  'stranger-gives-name-back': 2,
  'listener-rule-gone': 1,
  'wrong-job-in-settings': 1,
  'settings-broken': 1,
} as const;

export type ActionName = keyof typeof weights;
export const actionNames = Object.keys(weights) as ActionName[];

/** A schedule of `minutes` minutes; some of the kinds are left out altogether. */
export function drawActions(seed: number, minutes: number): Action[] {
  const chance = new Chance('actions', seed);
  const share = chance.pick([0.4, 0.7, 1]);
  const possible = actionNames.filter((name) => chance.happens(share) || name === 'scale-to');
  const urn = possible.flatMap((name) => Array.from({ length: weights[name] }, () => name)) as [ActionName];
  const count = chance.whole(4, 24);
  const actions = Array.from({ length: count }, (_, at) => {
    const draws = new Chance('action', seed, at);
    // Half of them close to the beginning, where everything is under way.
    const when = draws.happens(0.5) ? draws.unit() ** 2 : draws.unit();
    return { at: Math.round(when * minutes * 60), what: draws.pick(urn), draw: draws.unit(), extent: draws.unit() };
  });
  return actions.sort((left, right) => left.at - right.at);
}
