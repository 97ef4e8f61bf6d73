import type { Pool } from 'pg';
import { messageOf } from '../../../shared/aws-errors';
import { columnsStatement } from '../../domain/sql/fit';
import { ledgerStatement, loadStatements } from '../../domain/sql/load';
import type { WarehousePlace } from '../../domain/sql/place';
import type { ObjectStore } from '../../ports/objects';
import type { StatementState, Warehouse } from '../../ports/warehouse';
import { runInTransaction } from './run';
import { toPostgres } from './translate';

interface CatalogRow {
  readonly table_name: string;
  readonly column_name: string;
  readonly data_type: string;
  readonly character_maximum_length: number | null;
  readonly numeric_precision: number | null;
  readonly numeric_scale: number | null;
  readonly is_nullable: string;
  readonly column_default: string | null;
}

/**
 * The Warehouse port on PostgreSQL: the same statements in one transaction. What runs is known to this process alone;
 * after its end a statement is `unknown`, and the ledger says what became of it.
 */
export function createPostgresWarehouse(options: { pool: Pool; store: ObjectStore; place: WarehousePlace }): Warehouse {
  const { pool, store, place } = options;
  const states = new Map<string, StatementState>();
  return {
    columns: async (table) => {
      const translated = toPostgres(columnsStatement(table, place.schema));
      const { rows } = await pool.query<CatalogRow>(translated.kind === 'sql' ? translated.sql : '');
      return {
        answer: 'columns',
        columns: rows.map((row) => ({
          ...{ table: row.table_name, column: row.column_name, type: row.data_type },
          ...{ length: row.character_maximum_length ?? undefined, precision: row.numeric_precision ?? undefined },
          ...{ scale: row.numeric_scale ?? undefined },
          isRequired: row.is_nullable === 'NO' && row.column_default === null,
        })),
      };
    },
    submit: async (order, token) => {
      if (!states.has(token)) {
        states.set(token, { state: 'running' });
        void run(loadStatements(order, place)).then((state) => states.set(token, state));
      }
      return { statement: token };
    },
    follow: async (statement) => states.get(statement) ?? { state: 'unknown' },
    ledger: async (load) => {
      const { rows } = await pool.query<{ rows_staged: string; rows_inserted: string }>(ledgerStatement(load, place));
      const [row] = rows;
      if (row === undefined) return { answer: 'absent' };
      return { answer: 'loaded', staged: Number(row.rows_staged), inserted: Number(row.rows_inserted) };
    },
  };

  async function run(statements: readonly string[]): Promise<StatementState> {
    try {
      const client = await pool.connect();
      let broken: Error | undefined;
      try {
        await runInTransaction(client, store, statements);
        return { state: 'finished' };
      } catch (error) {
        // A connection that failed in the middle of a COPY is not used again.
        broken = error instanceof Error ? error : new TypeError(String(error));
        return { state: 'failed', error: messageOf(error) };
      } finally {
        client.release(broken);
      }
    } catch (error) {
      return { state: 'failed', error: messageOf(error) };
    }
  }
}
