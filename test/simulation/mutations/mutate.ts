import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mutation } from './mutations';
import { runPool, type SeedResult } from '../pool';

const root = join(__dirname, '../../..');

export interface Caught {
  /** `undefined`: no checker noticed it within its seeds. */
  readonly by: SeedResult | undefined;
  /** How many seeds were run. */
  readonly seeds: number;
}

/** Breaks a copy of Muster, and runs seeds in it until one notices. */
export async function runMutation(mutation: Mutation, jobs: number): Promise<Caught> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-mutation-'));
  try {
    copyTree(folder);
    for (const edit of mutation.edits) apply(folder, edit);
    let by: SeedResult | undefined;
    let seeds = 0;
    await runPool({
      from: 1,
      seeds: mutation.within,
      jobs,
      kinds: [],
      always: mutation.kinds ?? [],
      folder: join(folder, 'test/simulation'),
      onResult: (result) => {
        seeds += 1;
        if (result.violation !== undefined) by ??= result;
        return by === undefined;
      },
    });
    return { by, seeds };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function copyTree(folder: string): void {
  for (const part of [
    'functions',
    'infra',
    'statemachines',
    'test/simulation',
    'test/support',
    'package.json',
    'tsconfig.json',
  ])
    cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
}

/** @throws Error when the text is not there, or not once: the mutation would not be what it says. */
export function apply(folder: string, { file, find, replace }: Mutation['edits'][number]): void {
  const path = join(folder, file);
  const text = readFileSync(path, 'utf8');
  const times = text.split(find).length - 1;
  if (times !== 1) throw new Error(`${file} has ${times} times, and not once: ${find}`);
  writeFileSync(
    path,
    text.replace(find, () => replace),
  );
}
