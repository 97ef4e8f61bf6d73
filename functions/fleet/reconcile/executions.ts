import { answered } from '../answered';
import { executionArn } from '../domain/execution-name';
import { readLaunchExecution, type LaunchExecution } from '../launch-executions';
import type { StepFunctions } from '../ports/step-functions';

/** Running executions by the instance that they are about. The list is eventually consistent, as Step Functions says. */
export type Running = ReadonlyMap<string, LaunchExecution>;

/** The running executions of one state machine, by instance. */
export async function listRunning(
  stepFunctions: Pick<StepFunctions, 'listExecutions'>,
  stateMachineArn: string,
): Promise<Running> {
  const running = new Map<string, LaunchExecution>();
  let nextToken: string | undefined;
  do {
    const page = await stepFunctions.listExecutions({
      stateMachineArn,
      statusFilter: 'RUNNING',
      maxResults: 1000,
      ...(nextToken !== undefined && { nextToken }),
    });
    for (const { executionArn: arn = '', name = '', startDate, redriveCount } of answered(
      page.executions,
      'the running executions',
    )) {
      const instanceId = instanceIn(name);
      if (instanceId === undefined) continue;
      const startedAt = startDate ?? new Date(0);
      const redrives = redriveCount ?? 0;
      running.set(instanceId, {
        arn,
        name,
        status: 'RUNNING',
        redrives,
        redrivable: false,
        startedAt,
        launch: undefined,
      });
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return running;
}

/** Of `web_i-0abc_EC2-AutoScalingGroup` and `web_i-0abc_release-orphan_2`. @see domain/execution-name */
function instanceIn(name: string): string | undefined {
  return /_(i-[0-9a-f]+)_[^_]+(_\d+)?$/.exec(name)?.[1];
}

// As many as start-once makes.
const maxAttempts = 50;

/** The last of the executions that have been started under these names, one attempt after the other. */
export async function lastAttempt(
  stepFunctions: StepFunctions,
  stateMachineArn: string,
  nameOf: (attempt: number) => string,
): Promise<LaunchExecution | undefined> {
  let last: LaunchExecution | undefined;
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const found = await readLaunchExecution(stepFunctions, executionArn(stateMachineArn, nameOf(attempt)));
    if (found === undefined) return last;
    last = found;
    // Only one that ended well has a successor, or one that could not be redriven.
    if (found.status === 'RUNNING') return last;
  }
  return last;
}
