import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Mistake } from '../../functions/shared/schema';
import type { Common, SystemDeps, System } from './system';

const load = createRequire(__filename);

/**
 * The systems: each folder here that has an `index.ts` exporting `system`. They are found and not
 * listed, so that a new one is a folder and nothing else.
 */
export function systemsIn(folder = __dirname): readonly System[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'index.ts')))
    .map(({ name }) => (load(join(folder, name, 'index.ts')) as { system: System }).system);
}

/** A system that is configured, with its section checked. */
export interface ConfiguredSystem {
  readonly system: System;
  readonly section: unknown;
}

export interface ParsedSections {
  readonly configured: readonly ConfiguredSystem[];
  readonly mistakes: readonly Mistake[];
}

/** Reads the sections that are there, by the systems' names. */
export function readSections(
  given: Readonly<Record<string, unknown>>,
  common: Pick<Common, 'account' | 'region'>,
  systems: readonly System[] = systemsIn(),
): ParsedSections {
  const results = systems
    .filter(({ name }) => given[name] !== undefined)
    .map((system) => ({ system, result: system.read(given[system.name], common) }));
  return {
    configured: results.flatMap(({ system, result }) =>
      'section' in result ? [{ system, section: result.section }] : [],
    ),
    mistakes: results.flatMap(({ system, result }) =>
      'mistakes' in result
        ? result.mistakes.map((one) => ({ ...one, path: one.path === '' ? system.name : `${system.name}.${one.path}` }))
        : [],
    ),
  };
}

/** Makes the stacks of all systems that are configured. */
export function deploySystems(place: SystemDeps, configured: readonly ConfiguredSystem[]): void {
  for (const { system, section } of configured) system.deploy(place, section);
}
