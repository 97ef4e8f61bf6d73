/**
 * Since when a step has been trying, in milliseconds up to `now`: since its state was entered, or since the last
 * redrive, whichever is later. A redrive gives the whole time again; it would be pointless otherwise.
 *
 * A redrive does not enter the state anew, as recorded on AWS: `enteredAt` stays, so both times are looked at.
 */
export function elapsedSince(
  run: { enteredAt: string; redrivenAt: string | null },
  now: Date,
  ...others: string[]
): number {
  const starts = [run.enteredAt, ...(run.redrivenAt === null ? [] : [run.redrivenAt]), ...others];
  return now.getTime() - Math.max(...starts.map((start) => Date.parse(start)));
}

/** Whether the state was redriven since it was entered: a person has asked for another try of it. */
export function wasRedriven({ enteredAt, redrivenAt }: { enteredAt: string; redrivenAt: string | null }): boolean {
  return redrivenAt !== null && Date.parse(redrivenAt) > Date.parse(enteredAt);
}
