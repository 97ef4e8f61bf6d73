import { createHash } from 'node:crypto';
import { showMutations } from './mutations/mutation-table';
import { commandFor, type PlanFilter } from './plan-filter';
import { ArgumentsInvalid, helpText, parseArguments, type SimulateArguments } from './options';
import { runPool, type SeedResult } from './pool';
import { runFiltered, shrink } from './shrink';
import { storyOf } from './story';

/** So many failing seeds are enough to think about. */
const mostFailures = 5;

/** @returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const options = parseArguments(args);
  if (options.help) {
    console.log(helpText);
    return 0;
  }
  if (options.mutations) return (await showMutations(options)) ? 0 : 1;
  return options.single ? tellOne(options) : runMany(options);
}

async function tellOne(options: SimulateArguments): Promise<number> {
  const outcome = await runFiltered(options.from, filterOf(options), true);
  const { violation, lines = [], digest, launches, faults, observations, settledAfter } = outcome;
  if (options.trace) console.log(lines.join('\n'));
  console.log(
    `seed ${options.from}: ${launches} launches, ${faults.length} faults, ${observations} events, settled ${settledAfter} min after the last fault; digest ${digest}`,
  );
  if (violation === undefined) return 0;
  console.log(`\n${storyOf(lines, violation).join('\n')}\n\n${violation.checker}: ${violation.what}`);
  return 1;
}

function filterOf({ actions, groups, kinds, always, without, faults }: SimulateArguments): PlanFilter {
  return {
    ...(kinds !== undefined && { kinds }),
    always,
    ...(actions !== undefined && { actions }),
    ...(groups !== undefined && { groups }),
    ...(without !== undefined && { without }),
    ...(faults !== undefined && { faults }),
  };
}

async function runMany(options: SimulateArguments): Promise<number> {
  const results = new Map<number, SeedResult>();
  const failed: SeedResult[] = [];
  const began = process.hrtime.bigint();
  await runPool({
    ...options,
    onResult: (result) => {
      results.set(result.seed, result);
      if (results.size % 500 === 0) console.log(`${results.size} of ${options.seeds} seeds, ${failed.length} failed`);
      if (result.violation === undefined) return true;
      failed.push(result);
      console.log(`seed ${result.seed}: ${result.violation.checker}: ${result.violation.what}`);
      return failed.length < (options.first ? 1 : mostFailures);
    },
  });
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  console.log(summaryOf([...results.values()], seconds));
  if (failed.length === 0) return 0;
  if (!options.first) await explain(failed.sort((left, right) => left.seed - right.seed)[0], options);
  return 1;
}

function summaryOf(results: readonly SeedResult[], seconds: number): string {
  const sum = (of: (result: SeedResult) => number) => results.reduce((total, result) => total + of(result), 0);
  const failed = results.filter(({ violation }) => violation !== undefined).length;
  const digests = [...results].sort((left, right) => left.seed - right.seed).map(({ digest }) => digest);
  return [
    '',
    `${results.length} seeds, ${failed} failed, in ${seconds.toFixed(0)} s`,
    `${sum(({ launches }) => launches)} launches, ${sum(({ faults }) => faults)} faults on calls and functions, ${sum(({ observations }) => observations)} events`,
    `settled ${Math.max(...results.map(({ settledAfter }) => settledAfter))} min after the last fault at the latest`,
    `digest of all: ${createHash('sha256').update(digests.join('\n')).digest('hex')} (${process.version})`,
  ].join('\n');
}

/** Makes a small example of the first failure, and shows it. */
async function explain(failed: SeedResult | undefined, { kinds, always }: SimulateArguments): Promise<void> {
  if (failed === undefined) return;
  const outcome = await runFiltered(failed.seed, { ...(kinds !== undefined && { kinds }), always });
  console.log(`\nmaking seed ${failed.seed} smaller …`);
  const { filter, runs } = await shrink(failed.seed, outcome, { ...(kinds !== undefined && { kinds }), always });
  const { violation, lines = [] } = await runFiltered(failed.seed, filter, true);
  if (violation === undefined) return;
  console.log(
    `(in ${runs} runs)\n\n${storyOf(lines, violation).join('\n')}\n\n${violation.checker}: ${violation.what}`,
  );
  console.log(`\nTo run it again:\n  ${commandFor(failed.seed, filter)}`);
}

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(
      error instanceof ArgumentsInvalid ? `${error.message}\nnpm run simulate -- --help lists the options.` : error,
    );
    process.exitCode = error instanceof ArgumentsInvalid ? 2 : 1;
  },
);
