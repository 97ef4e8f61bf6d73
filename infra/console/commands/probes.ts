import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { readTargets } from '../../../functions/probes/contracts/targets';
import { describeMistakes } from '../../../functions/shared/mistakes';
import { UsageInvalid } from '../failures';
import type { Io } from '../io';
import { oneLine } from '../render/plain';

/** `muster probes run FILE` and `muster probes demo`: health checks on this machine. */
export function register(program: Command, io: Io): void {
  const probes = program.command('probes').description('health checks on this machine: run, demo');
  const say = (line: string) => void io.out.write(`${line}\n`);
  probes
    .command('run <FILE>')
    .description('looks at the targets of a file (JSON: {"targets": [...]}) on schedule, judges and serves the page')
    .option('--port <number>', 'of the page (default: a free one)', '0')
    .option('--title <text>', 'of the page', 'Status')
    .action(async (file: string, options: { port: string; title: string }) => {
      const targets = targetsIn(resolve(io.cwd, file));
      const { runHere } = await import('../../lab/systems/probes/run');
      await runHere({
        targets,
        port: portIn(options.port),
        title: options.title,
        say: (line) => say(oneLine(line)),
        signal: io.signal,
      });
    });
  probes
    .command('demo')
    .description(
      'three regions, servers that misbehave: an outage, a regional one, a region cut off, a flapping server',
    )
    .option('--port <number>', 'of the page (default: a free one)', '0')
    .action(async (options: { port: string }) => {
      const { demo } = await import('../../lab/systems/probes/demo');
      await demo({ minuteMs: 600, port: portIn(options.port), say, signal: io.signal });
    });
}

function targetsIn(file: string) {
  let given: unknown;
  try {
    given = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageInvalid(`${file} cannot be read as JSON: ${error instanceof Error ? error.message : ''}`);
  }
  const list = typeof given === 'object' && given !== null && 'targets' in given ? given.targets : undefined;
  if (!Array.isArray(list)) throw new UsageInvalid(`${file} has no list "targets"`);
  const { targets, mistakes } = readTargets(list, ['here']);
  if (mistakes.length > 0) throw new UsageInvalid(describeMistakes(mistakes));
  if (targets.length === 0) throw new UsageInvalid(`${file} has no targets`);
  return targets;
}

function portIn(text: string): number {
  const port = Number(text);
  if (text === '' || !Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UsageInvalid(`--port takes a number from 0 to 65535, got ${text}`);
  return port;
}
