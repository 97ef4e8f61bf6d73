import { peakResidentBytes } from '../memory';
import { runEngine } from './run-engine';
import { runLab } from './run-lab';

// A process of its own, so that the memory is its own: `child.ts WORK COUNT` does the work and prints what it took.

/** What one piece of work took. */
export interface TakenResources {
  readonly wallMs: number;
  /** Of all threads, the garbage collector's too: what else the machine does is not in it. */
  readonly cpuMs: number;
  /** State transitions, or other units of work. */
  readonly steps: number;
  /** Resident, in bytes, with everything loaded and nothing done. */
  readonly loadedBytes: number;
  /** The most that was ever resident, in bytes. */
  readonly peakBytes: number;
}

const works = {
  engine: runEngine,
  lab: (launches: number) => runLab(launches, { throttling: false }),
  'lab-under-limits': (launches: number) => runLab(launches, { throttling: true }),
} as const satisfies Record<string, (count: number) => Promise<number>>;

export type Work = keyof typeof works;

async function main([work, count]: readonly string[]): Promise<void> {
  const loadedBytes = process.memoryUsage().rss;
  const before = process.hrtime.bigint();
  const cpuBefore = process.cpuUsage();
  const steps = await works[work as Work](Number(count));
  const wallMs = Number(process.hrtime.bigint() - before) / 1e6;
  const { user, system } = process.cpuUsage(cpuBefore);
  const cpuMs = (user + system) / 1000;
  const peakBytes = peakResidentBytes();
  process.stdout.write(JSON.stringify({ wallMs, cpuMs, steps, loadedBytes, peakBytes } satisfies TakenResources));
}

if (require.main === module) {
  main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
