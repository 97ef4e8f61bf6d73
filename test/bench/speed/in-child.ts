import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Taken, Work } from './child';

/** Does the work in a fresh process. */
export function takenBy(work: Work, count: number): Taken {
  const child = join(__dirname, 'child.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', child, work, String(count)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${work} ${count} failed: ${stderr}`);
  return JSON.parse(stdout) as Taken;
}

export function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
