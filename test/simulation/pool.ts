import { fork } from 'node:child_process';
import { join, resolve } from 'node:path';
import { intoOneFile, readableStacks } from '../../infra/one-file.cjs';
import type { Kind } from './plan';
import type { Outcome } from './simulate';

/** What a worker says of one seed. */
export type SeedResult = Pick<
  Outcome,
  'seed' | 'violation' | 'digest' | 'observations' | 'settledAfter' | 'launches'
> & {
  readonly faults: number;
};

interface Work {
  readonly from: number;
  readonly seeds: number;
  readonly jobs: number;
  /** The only kinds that the worlds may have; default: whatever they draw. */
  readonly kinds?: readonly Kind[] | undefined;
  /** Is called with each seed; `false` ends the run. Seeds come in any order. */
  readonly onResult: (result: SeedResult) => boolean;
  /** Kinds that each of the worlds has, whatever it draws. */
  readonly always?: readonly Kind[];
  /** Where this program stands: the tree that is simulated. */
  readonly folder?: string;
}

/**
 * A world makes and forgets a lot within moments: with room for it hardly any of it is moved about. Each core has a worker
 * of its own, so threads that help to collect would only wait. Most errors are polls, whose stacks are not read: what fails is
 * shown by `--seed`, which has whole stacks.
 */
const execArgv = [readableStacks, '--max-semi-space-size=32', '--single-threaded-gc', '--stack-trace-limit=3'];

/** Runs the seeds in processes of their own, each with every `jobs`th seed. */
export async function runPool({
  from,
  seeds,
  jobs,
  kinds,
  always = [],
  onResult,
  folder = __dirname,
}: Work): Promise<void> {
  const which = [kinds?.join() ?? 'all', always.join()];
  const program = await intoOneFile(join(folder, 'worker.ts'), resolve(folder, '../..'));
  const workers = Array.from({ length: Math.min(jobs, seeds) }, (_, at) =>
    fork(program.file, [String(from + at), String(from + seeds), String(jobs), ...which], { execArgv }),
  );
  const stop = () => workers.forEach((worker) => worker.kill());
  await Promise.all(
    workers.map(
      (worker) =>
        new Promise<void>((resolve, reject) => {
          worker.on('message', (result: SeedResult) => {
            if (!onResult(result)) stop();
          });
          worker.on('error', reject);
          worker.on('exit', (code, signal) => {
            if (code === 0 || signal !== null) resolve();
            else reject(new Error(`a worker ended with code ${String(code)}`));
          });
        }),
    ),
  ).finally(program.remove);
}
