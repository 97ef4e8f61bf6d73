import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import type { Address } from './remote';

const shape = z.object({ url: z.string(), token: z.string(), pid: z.number() });

/** Where a lab that stays says how it is reached: readable by its user alone, since the token opens it. */
export function homeFile(): string {
  return join(tmpdir(), `muster-lab-${userInfo().uid}`, 'lab.json');
}

/** Says how this lab is reached, until the function that is returned is called. */
export function moveIn(address: Address, file = homeFile()): () => void {
  mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 });
  const text = JSON.stringify({ ...address, pid: process.pid });
  writeFileSync(file, text, { mode: 0o600 });
  return () => {
    // Another lab may have moved in since.
    if (read(file)?.token === address.token) rmSync(file, { force: true });
  };
}

/** How the lab is reached that was started last; `undefined` if there is none. */
export function whereIsTheLab(file = homeFile()): Address | undefined {
  return read(file);
}

function read(file: string): z.output<typeof shape> | undefined {
  try {
    return shape.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}
