import type { Lab } from '../../systems/fleet/lab';

/** No launch takes this long; what has not ended by then hangs. In lab time. */
const patienceMs = 6 * 3_600_000;

/** Lets time pass until every execution has ended and `done` is true. Returns whether that came about. */
export function runUntilSettled(lab: Lab, done: () => boolean): Promise<boolean> {
  return lab.clock.runUntil(() => done() && runningExecutions(lab) === 0, patienceMs);
}

function runningExecutions({ muster }: Lab): number {
  const running = (stateMachineArn: string) =>
    muster.engine.listExecutions({ stateMachineArn, statusFilter: 'RUNNING' }).executions?.length ?? 0;
  return running(muster.stateMachineArn) + running(muster.releaseArn);
}
