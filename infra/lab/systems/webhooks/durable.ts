import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beganAt, isAlive } from './processes';

/**
 * Syncs a folder: that a file was made in it, or renamed into it, is on the disk only then (fsync(2)). Systems on which a
 * folder cannot be opened see to it themselves.
 */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a folder, and those above it that are missing; they are on the disk when it resolves. */
export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; ; made = dirname(made)) {
    await syncFolder(dirname(made));
    if (made === first || made === dirname(made)) return;
  }
}

const half = /\.(?:(\d+)-(\d*)\.)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.part$/;

/** Where this process writes a file, until it is whole and is renamed. */
export function besideOf(path: string): string {
  return `${path}.${process.pid}-${beganAt(process.pid)}.${randomUUID()}.part`;
}

/** Whether a file is the half of one, of which nothing is to be seen. */
export function isHalf(name: string): boolean {
  return half.test(name);
}

/** Takes away what processes that were killed have left of files; a process that lives may still be writing its own. */
export async function removeHalves(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const [found, pid, since = ''] = half.exec(entry.name) ?? [];
    if (found === undefined || !entry.isFile()) continue;
    if (pid !== undefined && isAlive(Number(pid), since)) continue;
    await rm(join(entry.parentPath, entry.name), { force: true });
  }
}
