// Ten at once fit into the burst of every API that a launch calls, also when all of them meet in one hosted zone.
const crowdFrom = 11;

/**
 * Whether so many instances of a group come at once that each of them asking and changing for itself would keep all
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
