import { VirtualClock } from '../../../infra/lab/kernel/clock';
import { createEngine, lambdaTasks, loadStateMachine } from '../../../infra/lab/engine';
import { transitionsOf } from '../cost/meter';

/** States of the machine that is run. */
export const machineStates = 30;

/** Runs so many executions at the same moment. Returns how many transitions they made. */
export async function runEngine(executions: number): Promise<number> {
  const clock = new VirtualClock();
  const engine = createEngine({ clock, seed: 1 });
  const tasks = lambdaTasks({ work: ({ turn }: { turn: number }) => ({ turn: turn + 1 }) });
  const machine = loadStateMachine(definition(), { strict: true });
  const stateMachineArn = engine.createStateMachine(machine, { name: 'thirty', tasks });
  const counts = { ended: 0, failed: 0, transitions: 0 };
  engine.on('history', ({ event }) => {
    counts.transitions += transitionsOf(event);
  });
  engine.on('status', ({ detail: { status } }) => {
    if (status === 'RUNNING') return;
    counts.ended += 1;
    if (status !== 'SUCCEEDED') counts.failed += 1;
  });
  for (let started = 0; started < executions; started += 1) {
    engine.startExecution({ stateMachineArn, name: `run-${started}`, input: '{"turn":0}' });
  }
  await clock.runUntil(() => counts.ended >= executions);
  if (counts.failed > 0) throw new Error(`${counts.failed} of ${executions} executions failed`);
  return counts.transitions;
}

/** Ten times Task, Choice, Wait: as a workflow is that calls, decides and waits. */
function definition(): object {
  const turns = Array.from({ length: machineStates / 3 }, (_, turn) => {
    const next = turn === machineStates / 3 - 1 ? { End: true } : { Next: `Work ${turn + 1}` };
    return {
      [`Work ${turn}`]: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Arguments: { FunctionName: 'work', Payload: { turn: '{% $states.input.turn %}' } },
        Output: '{% $states.result.Payload %}',
        Next: `Choose ${turn}`,
      },
      [`Choose ${turn}`]: {
        Type: 'Choice',
        Choices: [{ Condition: '{% $states.input.turn > 0 %}', Next: `Pause ${turn}` }],
        Default: `Pause ${turn}`,
      },
      [`Pause ${turn}`]: { Type: 'Wait', Seconds: 1, ...next },
    };
  });
  return { QueryLanguage: 'JSONata', StartAt: 'Work 0', States: Object.assign({}, ...turns) as object };
}
