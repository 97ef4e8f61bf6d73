import { Option, type Command } from 'commander';
import { createProber } from '../../../functions/probes/adapters/prober';
import { expiryWarning } from '../../../functions/probes/domain/certificates';
import { readTargets } from '../../../functions/probes/contracts/targets';
import type { Target } from '../../../functions/probes/contracts/target';
import type { LookResult } from '../../../functions/probes/contracts/result';
import { systemClock } from '../../../functions/shared/runtime';
import { describeMistakes, type Mistake } from '../../../functions/shared/schema';
import { UsageInvalid } from '../failures';
import { isColored, type Io } from '../io';
import { resultText } from '../probes/result-text';
import { painter } from '../../terminal/paint';

interface ProbeOptions {
  readonly json?: boolean;
  readonly internal?: boolean;
  readonly status?: string;
  readonly contains?: string;
  readonly family: string;
  readonly head?: boolean;
  readonly redirects: boolean;
  readonly minTls?: string;
}

/** `muster probe URL…`: one look at each. */
export function register(program: Command, io: Io): void {
  program
    .command('probe <URL...>')
    .description('checks servers once: phases, certificate, verdict')
    .addHelpText(
      'after',
      `
URL is http://, https://, tcp://host:port, tls://host:port or dns://server/name?type=A.
Exit codes: 0 all are up, 1 one is not, 2 the command line is wrong.`,
    )
    .option('--json', 'as JSON, for scripts: a list with a result for each')
    .option('--internal', 'also checks loopback and private addresses')
    .option('--status <list>', 'accepted statuses, separated by commas: 2xx,401 (default: 2xx)')
    .option('--contains <text>', 'text that the body must contain')
    .option('--head', 'asks with HEAD')
    .option('--no-redirects', 'judges a redirect itself')
    .addOption(
      new Option('--family <family>', 'IP version of the addresses to use').choices(['4', '6', 'any']).default('any'),
    )
    .addOption(new Option('--min-tls <version>', 'the lowest version to accept').choices(['TLSv1.2', 'TLSv1.3']))
    .action(async (urls: string[], options: ProbeOptions) => {
      const targets = targetsOf(urls, options);
      const prober = createProber({ clock: systemClock });
      const results: LookResult[] = [];
      // One after the other: several at once would measure one another.
      for (const target of targets) {
        const result = await prober.look(target);
        results.push(result);
        if (options.json !== true) io.out.write(resultText(target, result, painter(isColored(io))));
      }
      if (options.json === true)
        io.out.write(
          `${JSON.stringify(
            results.map((one, at) => asJson(one, targets[at])),
            undefined,
            2,
          )}\n`,
        );
      if (results.some(({ up }) => !up)) io.exit(1);
    });
}

function asJson(result: LookResult, target: Target | undefined) {
  const soon = result.certificate === undefined ? undefined : expiryWarning(result.certificate);
  return { ...result, target: target?.url, ...(soon !== undefined && { certificateEndsWithinDays: soon.days }) };
}

/** @throws UsageInvalid with every mistake. */
function targetsOf(urls: readonly string[], options: ProbeOptions): readonly Target[] {
  const given = urls.map((url, at) => ({
    id: `target-${at + 1}`,
    url,
    internal: options.internal === true,
    family: options.family === 'any' ? 'any' : Number(options.family),
    method: options.head === true ? 'HEAD' : 'GET',
    redirects: options.redirects ? 'follow' : 'refuse',
    assert: {
      ...(options.status !== undefined && {
        status: options.status.split(',').map((one) => (/^\d+$/.test(one) ? Number(one) : one)),
      }),
      ...(options.contains !== undefined && { bodyContains: options.contains }),
      ...(options.minTls !== undefined && { minTls: options.minTls }),
    },
  }));
  const { targets, mistakes } = readTargets(given, ['here']);
  if (mistakes.length > 0) throw new UsageInvalid([...new Set(mistakes.map(asTyped))].join('\n'));
  return targets;
}

const options: Readonly<Record<string, string>> = {
  'assert.status': '--status',
  'assert.bodyContains': '--contains',
};

/** A mistake by what was typed, and not by its place in a configuration. What is wrong with an option is so of every URL. */
function asTyped({ path, ...rest }: Mistake): string {
  const of = path.replace(/^targets\.\d+\./, '');
  const option = Object.entries(options).find(([place]) => of.startsWith(place))?.[1];
  return describeMistakes([{ path: option ?? (of === 'url' ? 'URL' : of), ...rest }]);
}
