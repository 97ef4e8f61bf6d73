import type { Measurement } from '../measured';
import { rounded } from '../statistics';
import { megabytes, takenBy } from './in-child';
import { machineStates } from './run-engine';

/** How fast the engine is, and how much memory its executions take, each number of them in a process of its own. */
export async function measureEngine(): Promise<Measurement> {
  // One after the other: they would disturb one another.
  const rows = [await rowOf(1_000), await rowOf(10_000)];
  return {
    title: `The engine: executions of ${machineStates} states (Task, Choice, Wait in turn), all at the same moment`,
    rows,
    notes: [
      'each row in a fresh process; loaded: resident memory before the first execution, compiler and all; peak: the most that was resident',
      'the engine keeps every history to the end, as the API would still show it; garbage that was not collected yet counts',
    ],
    checks: [],
    remark: `The engine makes ${rows.map((row) => row['transitions a second'].toLocaleString('en-US')).join(' and ')} transitions a second with ${rows.map((row) => row.executions.toLocaleString('en-US')).join(' and ')} executions of ${machineStates} states at the same moment.`,
  };
}

async function rowOf(executions: number) {
  const { wallMs, cpuMs, steps, loadedBytes, peakBytes } = await takenBy('engine', executions);
  return {
    executions,
    'wall s': rounded(wallMs / 1000, 2),
    'cpu s': rounded(cpuMs / 1000, 2),
    'transitions a second': Math.round(steps / (wallMs / 1000)),
    'loaded MB': megabytes(loadedBytes),
    'peak MB': megabytes(peakBytes),
    'KB an execution': Math.round((peakBytes - loadedBytes) / executions / 1000),
  };
}
