import { Draws } from '../draws';
import type { Kind } from './kinds';

/**
 * What happens to the world at a moment: Auto Scaling, EC2, an operator, Jenkins, a stranger. Which instance it hits is
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

/** What only worlds of a kind have. */
const weightsOfKinds = {
  neighbour: { 'neighbour-scales': 4 },
  leaving: { 'detach-one': 4, 'attach-again': 3, 'ends-in-standby': 1 },
  weights: {},
  interfaces: {},
  'ipv6-only': {},
  'ip-targets': {},
  'pruned-builds': { 'records-lost': 1, 'jenkins-restored': 1 },
  'foreign-values': { 'value-added': 4, 'values-taken-back': 2 },
  blinded: {},
  'odd-errors': {},
  redeployed: {
    'pattern-changes': 2,
    'zone-changes': 2,
    'dns-taken-out': 1,
    'target-group-taken-out': 2,
    'group-taken-out': 2,
  },
  'lost-ledger': { 'ledger-lost': 1, 'ledger-restored': 2 },
  'many-stays': {},
  'hasty-redrives': { 'redriven-while-released': 1 },
  'jobs-changed': { 'job-changes': 1 },
} as const satisfies Record<Kind, Readonly<Record<string, number>>>;

type KeysOf<Union> = Union extends unknown ? keyof Union : never;
export type KindAction = KeysOf<(typeof weightsOfKinds)[Kind]>;
export type PlainAction = keyof typeof weights;
export type ActionName = PlainAction | KindAction;
const plainActions = Object.keys(weights) as PlainAction[];
export const actionNames: readonly ActionName[] = [
  ...plainActions,
  ...Object.values(weightsOfKinds).flatMap((some) => Object.keys(some) as KindAction[]),
];

/** A schedule of `minutes` minutes. */
export function drawActions(seed: number, minutes: number, kinds: readonly Kind[]): Action[] {
  const ofKinds = kinds.flatMap((kind) => drawActionsOf(kind, seed, minutes));
  return [...drawPlainActions(seed, minutes), ...ofKinds].sort((left, right) => left.at - right.at);
}

function drawActionsOf(kind: Kind, seed: number, minutes: number): Action[] {
  const some: Readonly<Partial<Record<KindAction, number>>> = weightsOfKinds[kind];
  const urn = (Object.keys(some) as KindAction[]).flatMap((name) =>
    Array.from({ length: some[name] ?? 0 }, () => name),
  );
  const draws = new Draws('actions of', kind, seed);
  return Array.from({ length: urn.length === 0 ? 0 : draws.whole(1, 6) }, (): Action => {
    const at = Math.round(draws.unit() * minutes * 60);
    return { at, what: draws.pick(urn as [KindAction]), draw: draws.unit(), extent: draws.unit() };
  });
}

/** Some of the actions are left out altogether. */
function drawPlainActions(seed: number, minutes: number): Action[] {
  const draws = new Draws('actions', seed);
  const share = draws.pick([0.4, 0.7, 1]);
  const possible = plainActions.filter((name) => draws.happens(share) || name === 'scale-to');
  const urn = possible.flatMap((name) => Array.from({ length: weights[name] }, () => name)) as [PlainAction];
  const count = draws.whole(4, 24);
  return Array.from({ length: count }, (_, at) => {
    const ofAction = new Draws('action', seed, at);
    // Half of them close to the beginning, where everything is under way.
    const when = ofAction.happens(0.5) ? ofAction.unit() ** 2 : ofAction.unit();
    return {
      at: Math.round(when * minutes * 60),
      what: ofAction.pick(urn),
      draw: ofAction.unit(),
      extent: ofAction.unit(),
    };
  });
}
