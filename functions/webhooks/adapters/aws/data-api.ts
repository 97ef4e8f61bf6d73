import {
  BatchExecuteStatementCommand,
  DescribeStatementCommand,
  ExecuteStatementCommand,
  GetStatementResultCommand,
  type DescribeStatementCommandOutput,
  type Field,
  type RedshiftDataClient,
} from '@aws-sdk/client-redshift-data';
import { LoadError } from '../../contracts/errors';
import { dialectProblems } from '../../domain/sql/dialect';
import { columnsStatement } from '../../domain/sql/fit';
import { ledgerStatement, loadStatements } from '../../domain/sql/load';
import type { WarehousePlace } from '../../domain/sql/place';
import type { FoundColumn, LedgerAnswer, LoadOrder, StatementState, Warehouse } from '../../ports/warehouse';

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
  /** Each time with the same token, it is one query. */
  const look = async (statement: string, token: string): Promise<Look> => {
    const [Sql = ''] = checked([statement]);
    const { Id } = await client.send(new ExecuteStatementCommand({ ...target, Sql, ClientToken: token }));
    const described = await describe(client, required(Id));
    const { state } = described === undefined ? { state: 'running' as const } : stateOf(described);
    if (state !== 'finished') return { state };
    const records: Field[][] = [];
    let NextToken: string | undefined;
    do {
      const page = await client.send(
        new GetStatementResultCommand({ Id, ...(NextToken !== undefined && { NextToken }) }),
      );
      records.push(...(page.Records ?? []));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return { state, records };
  };
  return {
    columns: async (table, token) => {
      const looked = await look(columnsStatement(table, place.schema), token);
      // What cannot be looked at is not judged: the load says what is wrong.
      if (looked.state === 'failed') return { answer: 'columns', columns: [] };
      return looked.state === 'finished'
        ? { answer: 'columns', columns: looked.records.map(columnIn) }
        : { answer: 'pending' };
    },
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
      const looked = await look(ledgerStatement(load, place), token);
      // A look that failed is made again with the next token; nothing is concluded from it.
      if (looked.state !== 'finished') return { answer: 'pending' };
      const [staged, inserted] = looked.records[0] ?? [];
      if (staged === undefined) return { answer: 'absent' };
      return { answer: 'loaded', staged: staged.longValue ?? 0, inserted: inserted?.longValue ?? 0 };
    },
  };
}

type Look =
  | { readonly state: Exclude<StatementState['state'], 'finished'> }
  | { readonly state: 'finished'; readonly records: readonly Field[][] };

/** In the order of `columnsStatement`. */
function columnIn(record: readonly Field[]): FoundColumn {
  const text = (index: number) => record[index]?.stringValue ?? '';
  const number = (index: number) => record[index]?.longValue;
  const [table, column, type] = [text(0), text(1), text(2).toLowerCase()];
  const isRequired = text(6).toUpperCase() === 'NO' && record[7]?.isNull === true;
  return { table, column, type, length: number(3), precision: number(4), scale: number(5), isRequired };
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
