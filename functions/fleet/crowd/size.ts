// Up to twenty launches at once do not share calls: they fit into the burst of every API that a launch calls. If each
// polls its DNS change every 2 s, they take less than half of Route 53's ten calls a second on average. A launch that
// does not share is some seconds faster.
const crowdFrom = 21;

/**
 * Whether so many instances launch at once, in all groups of a deployment, that all would wait long if each made its own
 * calls: AWS accepts 10 DNS changes, 4 target registrations and 10 health queries a second.
 *
 * @param newcomers how many instances are on their way into service; 0: not known.
 */
export function isCrowd(newcomers: number): boolean {
  return newcomers >= crowdFrom;
}

/**
 * Whether a step should share its calls with other launches: in a crowd, and also after two retries, because launches
 * that Muster does not count, or other tools, may then be using up the limits.
 */
export function isDoneTogether({ crowd, run }: { crowd: number; run: { retries: number } }): boolean {
  return isCrowd(crowd) || run.retries > 1;
}

/**
 * The share of AWS's request limits that Muster uses. The limits hold for the whole account; Muster uses at most half of
 * each, for the launches of all groups of a deployment together. This file says how; `npm run bench shares` measures it.
 *
 * Route 53 takes 10 calls a second and CreateTags 10 (infra/lab/region/calls/limits.ts has them all, and where AWS says
 * so). For bursts: one call of each of up to this many launches fits into half of what the limit allows in a minute.
 */
const burst = 250;
// CreateTags calls of one deployment per second: 42 % of the ten that AWS allows, not half, because launches retry in
// steps of up to ten seconds, and so some minutes have more calls than others.
const tagsPerSecond = 4.2;
const turnMs = 2_000;
// A thousand launches wait for tags longer than this anyway: with 8 s between batches, a batch has all of their names.
const turnMsPerLaunch = 8;

/**
 * The pause between two shared calls of a group, in milliseconds. It grows with the crowd: each batch then holds more
 * launches, and there are fewer changes to make and to poll for.
 *
 * @param crowd how many instances of the deployment's groups launch at once; 0: not known.
 */
export function restOfTurn(crowd: number): number {
  return Math.max(turnMs, crowd * turnMsPerLaunch);
}

/** With up to so many groups, each pausing for `restOfTurn`, all groups together stay within half of Route 53's limit. */
const groupsAtOnce = 4;

/**
 * The pause between two DNS changes of all groups of the deployment together, in milliseconds. 0: there are few launches,
 * or their number is not known; then the pause of each group is enough.
 */
export function restOfAll(crowd: number): number {
  return crowd <= burst ? 0 : restOfTurn(crowd) / groupsAtOnce;
}

/**
 * How long an instance of a crowd waits before it writes its tags, in milliseconds. Each instance has its own tags, so
 * the calls cannot be shared; they are spread over the time that all of them take at the rate above.
 *
 * The indexes of a group are consecutive; multiples of the golden ratio (Weyl's sequence) spread any consecutive
 * numbers evenly over the time, for a group of any share of the crowd.
 */
export function tagsWaitMs({ crowd, index }: { readonly crowd: number; readonly index: number }): number {
  if (crowd <= burst) return 0;
  return ((index * goldenRatio) % 1) * (crowd / tagsPerSecond) * 1_000;
}

const goldenRatio = (1 + Math.sqrt(5)) / 2;
