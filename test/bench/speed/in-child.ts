import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { intoOneFile, readableStacks } from '../../../infra/one-file.cjs';
import type { TakenResources, Work } from './child';

/** Does the work in a fresh process, from one file as `npm start` does. */
export async function takenBy(work: Work, count: number): Promise<TakenResources> {
  const { file, remove } = await intoOneFile(join(__dirname, 'child.ts'), resolve(__dirname, '../../..'));
  const args = [readableStacks, file, work, String(count)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  remove();
  if (status !== 0) throw new Error(`${work} ${count} failed: ${stderr}`);
  return JSON.parse(stdout) as TakenResources;
}

export function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
