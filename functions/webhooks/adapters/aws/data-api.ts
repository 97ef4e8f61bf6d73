import {
  BatchExecuteStatementCommand,
  DescribeStatementCommand,
  ExecuteStatementCommand,
  GetStatementResultCommand,
  type DescribeStatementCommandOutput,
  type RedshiftDataClient,
} from '@aws-sdk/client-redshift-data';
import { LoadError } from '../../contracts/errors';
import { dialectProblems } from '../../domain/sql/dialect';
import { ledgerStatement, loadStatements } from '../../domain/sql/load';
import type { WarehousePlace } from '../../domain/sql/place';
import type { LedgerAnswer, LoadOrder, StatementState, Warehouse } from '../../ports/warehouse';

/** A provisioned cluster (with a database user, or the role's own by IAM) or a Serverless workgroup. */
export type DataApiTarget =
  | { readonly ClusterIdentifier: string; readonly Database: string; readonly DbUser?: string }
  | { readonly WorkgroupName: string; readonly Database: string };

/**
 * The Warehouse port on the Redshift Data API: `BatchExecuteStatement` runs its statements in order in one transaction,
 * and a `ClientToken` makes the same request within 8 hours the same statement. Results are kept for 24 hours. One
 * transaction is the default of its `ExecutionMode`: where one statement fails, all of them are rolled back.
 *
 * Source: https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_BatchExecuteStatement.html
 */
export function createDataApiWarehouse(options: {
  client: RedshiftDataClient;
  target: DataApiTarget;
  place: WarehousePlace;
}): Warehouse {
  const { client, target, place } = options;
  return {
    submit: async (order: LoadOrder, token) => {
      const Sqls = checked(loadStatements(order, place));
      const input = { ...target, Sqls, ClientToken: token, StatementName: `load-${order.batch}` };
      const { Id } = await client.send(new BatchExecuteStatementCommand(input));
      return { statement: required(Id) };
    },
    follow: async (statement): Promise<StatementState> => {
      const described = await describe(client, statement);
      return described === undefined ? { state: 'unknown' } : stateOf(described);
    },
    ledger: async (load, token): Promise<LedgerAnswer> => {
      const [Sql = ''] = checked([ledgerStatement(load, place)]);
      const { Id } = await client.send(new ExecuteStatementCommand({ ...target, Sql, ClientToken: token }));
      const described = await describe(client, required(Id));
      const { state } = described === undefined ? { state: 'running' as const } : stateOf(described);
      // A look that failed is made again with the next token; nothing is concluded from it.
      if (state !== 'finished') return { answer: 'pending' };
      const { Records = [] } = await client.send(new GetStatementResultCommand({ Id }));
      const [staged, inserted] = Records[0] ?? [];
      if (staged === undefined) return { answer: 'absent' };
      return { answer: 'loaded', staged: staged.longValue ?? 0, inserted: inserted?.longValue ?? 0 };
    },
  };
}

async function describe(client: RedshiftDataClient, Id: string): Promise<DescribeStatementCommandOutput | undefined> {
  try {
    return await client.send(new DescribeStatementCommand({ Id }));
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

function stateOf({ Status, Error: error, SubStatements = [] }: DescribeStatementCommandOutput): StatementState {
  switch (Status) {
    case 'FINISHED':
      return { state: 'finished' };
    case 'FAILED':
    case 'ABORTED': {
      const failed = SubStatements.find((one) => one.Status === 'FAILED');
      return {
        state: 'failed',
        error: error ?? failed?.Error ?? (Status === 'ABORTED' ? 'aborted' : 'failed without a word'),
      };
    }
    default:
      return { state: 'running' };
  }
}

/** What Redshift would refuse, or would commit half-way, is not sent to it. */
function checked(statements: string[]): string[] {
  const problems = dialectProblems(statements);
  if (problems.length > 0) throw new LoadError('InputRefused', `no statements for Redshift: ${problems.join('; ')}`);
  return statements;
}

function required(id: string | undefined): string {
  if (id === undefined) throw new LoadError('AwsUnavailable', 'the Data API gave no id of the statement');
  return id;
}
