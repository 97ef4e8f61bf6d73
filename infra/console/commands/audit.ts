import type { Command } from 'commander';
import { UsageInvalid } from '../failures';
import type { Io } from '../io';

interface InspectOptions {
  readonly json?: boolean;
  readonly ignore?: string[];
  readonly allow?: string[];
  readonly failures: string;
  readonly window: string;
}

/** `muster audit inspect FILE…`: what is in audit logs of Redshift. */
export function register(program: Command, io: Io): void {
  const audit = program
    .command('audit')
    .description('reads audit logs of Redshift: failed logins and changed accounts');
  audit
    .command('inspect <FILE...>')
    .description('tells what the rules find in logs: files, folders of them, or - for standard input')
    .addHelpText(
      'after',
      `
A file is packed by gzip or plain; what log it is says its name, or else its content.
Exit codes: 0 nothing of medium severity or higher, 1 something is, 2 the command line is wrong, 3 it cannot be read.`,
    )
    .option('--json', 'as JSON, for scripts')
    .option('--ignore <user...>', 'accounts that are AWS’s own (default: rdsdb)')
    .option('--allow <network...>', 'networks from which people connect, such as 10.0.0.0/8')
    .option('--failures <count>', 'so many failed logins are an attack', '5')
    .option('--window <minutes>', 'within so many minutes', '60')
    .action(async (files: string[], options: InspectOptions) => {
      const { inspect } = await import('../audit/inspect');
      const thresholds = {
        ...(options.ignore !== undefined && { ignoredUsers: options.ignore }),
        ...(options.allow !== undefined && { allowedNetworks: options.allow.map(networkIn) }),
        failures: numberIn('--failures', options.failures),
        windowMinutes: numberIn('--window', options.window),
      };
      io.exit(await inspect(io, files, { json: options.json === true, thresholds }));
    });
}

function numberIn(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 100_000)
    throw new UsageInvalid(`${option} takes a whole number from 1 to 100000, got ${text}`);
  return value;
}

function networkIn(text: string): string {
  const [, a, b, c, d, bits = '32'] = /^(\d+)\.(\d+)\.(\d+)\.(\d+)(?:\/(\d+))?$/.exec(text) ?? [];
  if (d === undefined || [a, b, c, d].some((part) => Number(part) > 255) || Number(bits) > 32)
    throw new UsageInvalid(`--allow takes a network such as 10.0.0.0/8, got ${text}`);
  return `${a}.${b}.${c}.${d}/${bits}`;
}
