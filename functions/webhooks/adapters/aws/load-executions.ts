import { ListExecutionsCommand, StartExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { isExecutionAlreadyExists } from '../../../shared/aws-errors';
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
      try {
        await client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify({ table }) }));
      } catch (error) {
        if (!isExecutionAlreadyExists(error)) throw error;
      }
    },
  };
}
