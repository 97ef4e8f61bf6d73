import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Io } from '../io';

/** `muster lab …`: the same as `npm start -- …`. */
export function register(program: Command, io: Io): void {
  program
    .command('lab')
    .description(
      'runs the lab: a region, a group and a Jenkins on this machine (npm start); lab --help has its options',
    )
    .allowUnknownOption()
    .allowExcessArguments()
    .helpOption(false)
    .action(async (_: unknown, { args }: Command) => {
      const start = join(__dirname, '../../lab/start.mjs');
      const child = spawn(process.execPath, [start, ...args], { stdio: 'inherit', env: { ...io.env } });
      const code = await new Promise<number>((resolve) => child.on('exit', (status) => resolve(status ?? 1)));
      io.exit(code === 0 || code === 2 ? code : 1);
    });
}
