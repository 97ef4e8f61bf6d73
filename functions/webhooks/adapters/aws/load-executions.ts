import { ListExecutionsCommand, StartExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { startNamedExecution, type StartExecutionPort } from '../../../shared/executions/start';
import type { LoadExecutions } from '../../ports/executions';

/** The LoadExecutions port on Step Functions. Executions are named after their table: `stripe_events-…`. */
export function createLoadExecutions(client: Pick<SFNClient, 'send'>, stateMachineArn: string): LoadExecutions {
  return {
    latest: async (table) => {
      const { executions = [] } = await client.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 100 }));
      const found = executions.find(({ name }) => name?.startsWith(`${table}-`));
      return found === undefined
        ? undefined
        : { status: found.status ?? 'RUNNING', stoppedMs: found.stopDate?.getTime() };
    },
    start: async (table, name) => {
      const startExecution: StartExecutionPort['startExecution'] = (input) =>
        client.send(new StartExecutionCommand(input));
      await startNamedExecution({ startExecution }, { stateMachineArn, name, input: { table } });
    },
  };
}
