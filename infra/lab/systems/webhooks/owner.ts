import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { recordIn } from '../../../../functions/shared/schema';
import { CannotServe } from './cannot-serve';
import { beganAt, isAlive } from './processes';

const ownerSchema = z.object({ pid: z.number(), since: z.string() });
type Owner = z.output<typeof ownerSchema>;
/** One that is made and still empty is being written. */
const beingWrittenMs = 2_000;

/**
 * Claims the folder for this process: two processes would overwrite each other's journal. A killed process leaves its
 * claim behind; a claim counts only while its process lives.
 *
 * @returns a function that gives the folder back.
 */
export function claimFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'owner.json');
  const ours: Owner = { pid: process.pid, since: beganAt(process.pid) };
  const taken = (by: string) => new CannotServe(`${by} works in ${folder}: end it, or choose another folder`);
  // Made and not written over: of two processes that begin at once, one makes it.
  while (!isMade(file, JSON.stringify(ours))) {
    const stale = `${file}.${process.pid}.stale`;
    const owner = ownerIn(file);
    if (owner === 'being-written') throw taken('another process');
    if (owner !== undefined && isAnother(owner)) throw taken(`process ${owner.pid}`);
    // Of two that find a dead one's, one gets it out of the way.
    if (!isMoved(file, stale)) continue;
    const moved = ownerIn(stale);
    if (typeof moved === 'object' && isAnother(moved)) {
      // Not the dead one's any more: the other was quicker.
      renameSync(stale, file);
      throw taken(`process ${moved.pid}`);
    }
    rmSync(stale, { force: true });
  }
  return () => rmSync(file, { force: true });
}

const isAnother = ({ pid, since }: Owner) => pid !== process.pid && isAlive(pid, since);

function ownerIn(file: string): Owner | 'being-written' | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    if (text === '' && Date.now() - statSync(file).mtimeMs < beingWrittenMs) return 'being-written';
    return recordIn(ownerSchema, text);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function isMade(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
}

function isMoved(file: string, to: string): boolean {
  try {
    renameSync(file, to);
    return true;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return false;
    throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
