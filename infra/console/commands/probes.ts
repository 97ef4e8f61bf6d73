import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import type { Target } from '../../../functions/probes/contracts/target';
import { readTargets } from '../../../functions/probes/contracts/targets';
import { describeMistakes } from '../../../functions/shared/schema';
import { readProbes } from '../../systems/probes/config';
import { UsageInvalid } from '../failures';
import type { Io } from '../io';
import { oneLine } from '../render/plain';

/** `muster probes run FILE` and `muster probes demo`: health checks on this machine. */
export function register(program: Command, io: Io): void {
  const probes = program.command('probes').description('health checks on this machine: run, demo');
  const say = (line: string) => void io.out.write(`${line}\n`);
  probes
    .command('run <FILE>')
    .description(
      'checks the targets of a configuration on schedule, judges the results and serves the page; FILE: infra/config/muster.ts, whose section "probes" counts, or JSON ({"targets": [...]})',
    )
    .option('--port <number>', 'of the page (default: a free one)', '0')
    .option('--title <text>', 'of the page (default: as the section says, or Status)')
    .action(async (file: string, options: { port: string; title?: string }) => {
      const { targets, title = 'Status' } = await sectionIn(resolve(io.cwd, file));
      const { runHere } = await import('../../lab/systems/probes/run');
      await runHere({
        targets,
        port: portIn(options.port),
        title: options.title ?? title,
        say: (line) => say(oneLine(line)),
        signal: io.signal,
      });
    });
  probes
    .command('demo')
    .description(
      'three regions, servers that misbehave: an outage, a regional one, a region cut off, a flapping server. Exit code 1 when one is not reported correctly',
    )
    .option('--port <number>', 'of the page (default: a free one)', '0')
    .action(async (options: { port: string }) => {
      const { probesDemo } = await import('../../lab/systems/probes/demo');
      const { failures } = await probesDemo({ minuteMs: 600, port: portIn(options.port), say, signal: io.signal });
      say(verdictText(failures));
      if (failures === undefined || failures.length > 0) io.exit(1);
    });
}

function verdictText(failures: readonly string[] | undefined): string {
  if (failures === undefined) return 'Interrupted before the end: the demo has verified nothing.';
  if (failures.length === 0) return 'Everything was reported correctly.';
  return ['Not as it should be:', ...failures.map((one) => `  not true: ${one}`)].join('\n');
}

/** The section `probes` of a configuration (TypeScript), or a JSON file with the section or with targets alone. */
async function sectionIn(file: string): Promise<{ targets: readonly Target[]; title?: string }> {
  const given = await contentOf(file);
  const { probes = given } = given as { readonly probes?: unknown };
  if (typeof probes !== 'object' || probes === null || !('targets' in probes))
    throw new UsageInvalid(`${file} has no section "probes" and no list "targets"`);
  if ('regions' in probes) {
    const read = readProbes(probes);
    if ('mistakes' in read) throw new UsageInvalid(`${file}\n${describeMistakes(read.mistakes)}`);
    return read.section;
  }
  if (!Array.isArray(probes.targets)) throw new UsageInvalid(`${file} has no list "targets"`);
  const { targets, mistakes } = readTargets(probes.targets, ['here']);
  if (mistakes.length > 0) throw new UsageInvalid(`${file}\n${describeMistakes(mistakes)}`);
  if (targets.length === 0) throw new UsageInvalid(`${file} has no targets`);
  return { targets };
}

async function contentOf(file: string): Promise<object> {
  let given: unknown;
  try {
    if (/\.[cm]?[jt]s$/.test(file)) {
      const exported = (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
      const { deployment, example } = { ...(exported.default as object | undefined), ...exported } as Exports;
      given = deployment ?? example;
    } else given = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageInvalid(`${file} cannot be read: ${error instanceof Error ? error.message : ''}`);
  }
  if (typeof given !== 'object' || given === null)
    throw new UsageInvalid(`${file} exports no "deployment", or is no object of JSON`);
  return given;
}

interface Exports {
  readonly deployment?: unknown;
  readonly example?: unknown;
}

function portIn(text: string): number {
  const port = Number(text);
  if (text === '' || !Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UsageInvalid(`--port takes a number from 0 to 65535, got ${text}`);
  return port;
}
