import type { QueueItem } from './queue-item';

/** What the words and the warning about an item depend on, besides the item. */
export interface QueueOutlook {
  readonly now: number;
  readonly quieting: boolean;
}

/** Why an item is still in the queue, in Jenkins' words; they are for people, not for programs. */
export function why(item: QueueItem, outlook: QueueOutlook): string | null {
  switch (item.state) {
    case 'waiting':
      return quietPeriod(item.dueAt - outlook.now);
    case 'blocked':
      return outlook.quieting ? 'Jenkins is about to shut down' : inProgress(item, outlook.now);
    case 'buildable':
    case 'pending':
      return outlook.quieting ? 'Jenkins is about to shut down' : 'Waiting for next available executor';
    case 'left':
      return null;
  }
}

/** A warning that an item waits unusually long: not an end state (FACTS.md, 2). */
export function stuck(item: QueueItem, now: number): boolean {
  if (item.state !== 'buildable') return false;
  const waited = now - (item.buildableSince ?? now);
  const estimated = item.job.estimatedMs();
  return estimated < 0 ? waited > 24 * 3_600_000 : waited > 10 * Math.max(estimated, 60_000);
}

function quietPeriod(leftMs: number): string {
  if (leftMs <= 0) return 'Finished waiting';
  return `In the quiet period. Expires in ${inWords(leftMs)}`;
}

function inProgress(item: QueueItem, now: number): string {
  const build = item.job.running;
  if (build === undefined) return 'Another build of this job is about to start';
  const left = build.startedAt + build.estimatedMs - now;
  const eta = build.estimatedMs < 0 || left <= 0 ? 'N/A' : inWords(left);
  return `Build #${build.number} is already in progress (ETA: ${eta})`;
}

/** `4.8 sec`, `15 sec`, `2 min 5 sec`: tenths only below ten seconds. */
function inWords(millis: number): string {
  const seconds = millis / 1000;
  if (seconds < 10) return `${seconds.toFixed(1).replace(/\.0$/, '')} sec`;
  if (seconds < 60) return `${Math.floor(seconds)} sec`;
  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} sec`;
}
