// Twenty at once do without each other: they fit into the burst of every API that a launch calls, and each of them
// asking for its change of DNS every 2 s takes less than half of Route 53's ten calls a second. Alone a launch is some
// seconds quicker.
const crowdFrom = 21;

/**
 * Whether so many instances come at once, in all groups of a deployment, that each of them asking and changing for
 * itself would keep all of them waiting: AWS takes 10 changes of DNS a second, 4 registrations of targets, and gives 10
 * looks at health.
 *
 * @param newcomers how many instances are on their way into service; 0: not known.
 */
export function isCrowd(newcomers: number): boolean {
  return newcomers >= crowdFrom;
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
// Launches of one deployment that tag their instances, a second: 42 % of the ten that CreateTags has, since they try in
// steps of up to ten seconds, and some minutes have more of them than others.
const tagsPerSecond = 4.2;
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

/** Each group rests as long, however many others come; of so many groups the turns together are within half of Route 53's limit. */
const groupsAtOnce = 4;

/**
 * How long all groups of the deployment together rest between two changes of DNS, in milliseconds. 0: few launches, or not
 * known: then the rest of each group is enough.
 */
export function restOfAll(crowd: number): number {
  return crowd <= burst ? 0 : restOfTurn(crowd) / groupsAtOnce;
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
