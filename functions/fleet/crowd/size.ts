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
