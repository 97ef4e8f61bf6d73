/** What the planner knows of a file in the store. */
export interface PendingFile {
  readonly key: string;
  readonly bytes: number;
  readonly rows: number;
}

// One COPY of some ten thousand rows takes a warehouse seconds; a refused batch is taken apart in the logarithm of it.
export const largestBatch = { files: 500, rows: 100_000, bytes: 200_000_000 } as const;

/** The oldest files first, as many as make one load; always one, however large. */
export function chooseFiles(pending: readonly PendingFile[]): readonly PendingFile[] {
  let [rows, bytes] = [0, 0];
  const chosen: PendingFile[] = [];
  for (const file of pending) {
    rows += file.rows;
    bytes += file.bytes;
    const full = chosen.length >= largestBatch.files || rows > largestBatch.rows || bytes > largestBatch.bytes;
    if (full && chosen.length > 0) break;
    chosen.push(file);
  }
  return chosen;
}

export type StartDecision =
  { readonly action: 'start'; readonly reason: string } | { readonly action: 'wait'; readonly reason: string };

/** A failed load is left to a person so long before a new one is tried. */
export const leftToPeopleMs = 15 * 60_000;

/** Whether a load of a table begins now: one at a time, and not at once after one that failed. */
export function decideStart(
  waiting: boolean,
  latest: { readonly status: string; readonly stoppedMs: number | undefined } | undefined,
  nowMs: number,
): StartDecision {
  if (!waiting) return { action: 'wait', reason: 'nothing to load' };
  if (latest === undefined) return { action: 'start', reason: 'there is something to load' };
  if (latest.status === 'RUNNING' || latest.status === 'PENDING_REDRIVE')
    return { action: 'wait', reason: 'a load runs' };
  const failed = latest.status !== 'SUCCEEDED';
  if (failed && nowMs - (latest.stoppedMs ?? nowMs) < leftToPeopleMs)
    return { action: 'wait', reason: 'the last load failed and may be redriven' };
  return { action: 'start', reason: failed ? 'the last load failed and was left' : 'there is something to load' };
}
