import { answered } from '../resources/instance';
import { instanceIn } from '../domain/redrive-or-new-attempt';
import type { LaunchExecution } from '../domain/launch-execution';
import type { StepFunctions } from '../ports/aws';

/** Running executions, by instance. The list is eventually consistent, according to Step Functions. */
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
        input: undefined,
      });
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return running;
}
