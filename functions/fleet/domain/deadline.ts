/**
 * Since when a step has been trying, in milliseconds up to `now`: since its state was entered, or since the last
 * redrive, whichever is later. A redrive gives the whole time again; it would be pointless otherwise.
 *
 * Whether a redrive enters the state anew in the history is not documented, so both times are looked at.
 */
export function elapsedSince(
  run: { enteredAt: string; redrivenAt: string | null },
  now: Date,
  ...others: string[]
): number {
  const starts = [run.enteredAt, ...(run.redrivenAt === null ? [] : [run.redrivenAt]), ...others];
  return now.getTime() - Math.max(...starts.map((start) => Date.parse(start)));
}
