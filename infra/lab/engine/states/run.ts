import type { State } from '../machine/definition';
import type { Flow } from '../flow';
import { runChoice } from './choice';
import { runMap } from './map';
import { runParallel } from './parallel';
import { runFail, runPass, runWait } from './simple';
import { runTask } from './task';
import { enter, exit, type Exit } from './enter-and-exit';

/** Runs a flow's states, one after the other, from where it stands to its end. Throws StateFailure and Cancelled. */
export async function runFlow(flow: Flow): Promise<void> {
  for (;;) {
    const state = flow.machine.states.get(flow.at) as State;
    const left = await runState(flow, state);
    if (left.next === undefined) {
      flow.output = left.output;
      return;
    }
    flow.at = left.next;
    flow.input = left.output;
  }
}

async function runState(flow: Flow, state: State): Promise<Exit> {
  // A redrive runs again what was entered and not exited, without entering it again.
  if (!flow.redriven) enter(flow, state);
  const left = await work(flow, state);
  exit(flow, state, left);
  return left;
}

async function work(flow: Flow, state: State): Promise<Exit> {
  switch (state.type) {
    case 'Pass':
    case 'Succeed':
      return runPass(flow, state);
    case 'Fail':
      return runFail(flow, state);
    case 'Wait':
      return runWait(flow, state);
    case 'Choice':
      return runChoice(flow, state);
    case 'Task':
      return runTask(flow, state);
    case 'Parallel':
      return runParallel(flow, state);
    case 'Map':
      return runMap(flow, state);
  }
}
