import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { recordIn } from '../../../../functions/shared/schema';
import { CannotServe } from './cannot-serve';

const ownerSchema = z.object({ pid: z.number(), since: z.string() });

/**
 * Makes this process the one that works in the folder: two would write over each other's journal. The one that was killed
 * has left its name there; it counts only while it lives.
 *
 * @returns what gives the folder back.
 */
export function claimFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'owner.json');
  const owner = existsSync(file) ? recordIn(ownerSchema, readFileSync(file, 'utf8')) : undefined;
  if (owner !== undefined && owner.pid !== process.pid && isAlive(owner.pid, owner.since))
    throw new CannotServe(`process ${owner.pid} works in ${folder}: end it, or choose another folder`);
  writeFileSync(file, JSON.stringify({ pid: process.pid, since: beganAt(process.pid) }));
  return () => rmSync(file, { force: true });
}

/** Whether it is that process, and not another that has got its number since. */
function isAlive(pid: number, since: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Of another user: it is there.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  return beganAt(pid) === since;
}

/** When a process began, as Linux counts it; elsewhere its number has to do. */
function beganAt(pid: number): string {
  try {
    // Behind the name, which may hold anything, the twentieth word (proc(5), starttime).
    return (
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')[19] ?? ''
    );
  } catch {
    return '';
  }
}
