import { open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ObjectEntry, ObjectStore } from '../../../../functions/webhooks/ports/objects';
import { besideOf, isHalf, makeFolder, syncFolder } from './durable';

/** The ObjectStore port on a folder: an object is a file, whole or not there, on the disk before `put` resolves. */
export function createFolderStore(folder: string): ObjectStore {
  const pathOf = (key: string) => {
    if (key.split('/').some((part) => part === '..' || part === '')) throw new TypeError(`no key: ${key}`);
    return join(folder, ...key.split('/'));
  };
  return {
    put: async (key, body) => {
      const path = pathOf(key);
      const beside = besideOf(path);
      await makeFolder(dirname(path));
      const file = await open(beside, 'w');
      try {
        try {
          await file.writeFile(body);
          await file.datasync();
        } finally {
          await file.close();
        }
        await rename(beside, path);
        await syncFolder(dirname(path));
      } catch (error) {
        // On a full disk it is tried again and again: each half of a file would take what is left.
        await rm(beside, { force: true });
        throw error;
      }
    },
    get: async (key) => {
      try {
        return await readFile(pathOf(key));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    list: async (prefix, { limit = 1000, after = '' } = {}) => {
      const keys = (await keysBelow(folder, prefix)).filter((key) => key > after).sort();
      const entries: ObjectEntry[] = [];
      for (const key of keys) {
        if (entries.length >= limit) break;
        try {
          entries.push({ key, bytes: (await stat(pathOf(key))).size });
        } catch (error) {
          if (!isMissing(error)) throw error;
        }
      }
      return entries;
    },
    remove: async (key) => rm(pathOf(key), { force: true }),
  };
}

async function keysBelow(folder: string, prefix: string): Promise<string[]> {
  const below = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  try {
    const entries = await readdir(join(folder, below), { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && !isHalf(entry.name))
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(folder.length + 1)
          .replaceAll('\\', '/'),
      )
      .filter((key) => key.startsWith(prefix));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    (error.code === 'ENOENT' || error.code === 'ENOTDIR')
  );
}
