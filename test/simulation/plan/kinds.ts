import { Draws } from '../draws';

/**
 * What a world can have beyond the plain one. A kind that is switched off changes nothing: all that belongs to it is
 * drawn from streams of its own, so the same seed without it is the same history as ever.
 *
 * - `neighbour`: a second deployment, in another region, with groups of the same names and the same zones.
 * - `leaving`: instances leave their group without an end (detached, attached again), or end outside it.
 * - `weights`: instances count for several units of the group's capacity.
 * - `interfaces`: several network interfaces, in any order.
 * - `ipv6-only`: subnets without IPv4.
 * - `ip-targets`: target groups of type ip beside those that the group has.
 * - `pruned-builds`: jobs keep few builds; Jenkins loses records, or restores an older state.
 * - `foreign-values`: strangers put values of theirs into our records.
 * - `blinded`: looks of the reconciler fail, or miss a part.
 * - `odd-errors`: Lambda fails under every name that it has, and under some that are not known yet.
 * - `redeployed`: IAM stands before every call, and deployments change patterns, zones, target groups and groups.
 * - `lost-ledger`: the ledger's table is lost, or restored to an older state.
 * - `many-stays`: an instance goes in and out of a warm pool for forty days.
 * - `hasty-redrives`: people let launches continue at the console whose instances are being released.
 * - `jobs-changed`: the settings name another job, and the first one again, while builds are under way.
 */
export const kinds = [
  'neighbour',
  'leaving',
  'weights',
  'interfaces',
  'ipv6-only',
  'ip-targets',
  'pruned-builds',
  'foreign-values',
  'blinded',
  'odd-errors',
  'redeployed',
  'lost-ledger',
  'many-stays',
  'hasty-redrives',
  'jobs-changed',
] as const;
export type Kind = (typeof kinds)[number];

/** A third of the worlds are plain; the others have some of the kinds, or most. */
export function drawKinds(seed: number): Kind[] {
  const draws = new Draws('kinds', seed);
  const share = draws.pick([0, 0.25, 0.6]);
  return kinds.filter(() => draws.happens(share));
}
