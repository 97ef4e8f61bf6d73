import { commonColumns } from '../../contracts/routes';
import type { LoadOrder } from '../../ports/warehouse';
import { sqlTime } from '../time';
import { tableNames, quoteName, quoteText, type WarehousePlace } from './place';

/** What makes an event; first what differs most, so that sorting by it is a matter of one comparison. */
export const event: readonly string[] = ['event_id', 'source', 'tenant'];

/** The columns that the files hold: all but the one that the load itself fills in. */
export function stagedColumns(typed: readonly string[]): string[] {
  return [...commonColumns.filter((name) => name !== 'batch_id'), ...typed];
}

/**
 * One load, as statements of one transaction (`BatchExecuteStatement` runs them so, in order, and rolls all back when
 * one fails).
 *
 * - LOCK comes first: it takes no snapshot, so the one that the others read is of after it, and two loaders see each
 *   other's rows. It is the stage that is locked, which nothing but a load touches: Redshift's LOCK is ACCESS EXCLUSIVE,
 *   it would keep all readers from the table while it is loaded, and wait for every query that reads it.
 * - No table is written by the loads of two tables: under SERIALIZABLE, each reading a ledger that the other writes,
 *   one of them would end as a violation (error 1023).
 * - DELETE and not TRUNCATE, which in Redshift commits the transaction.
 * - An event is its source, tenant and id. Of several rows in the batch the one received first counts; one that the
 *   table has already, received up to the horizon earlier than the batch, is left as it is. The bound on `received_at`,
 *   the sort key, keeps Redshift from reading the whole table.
 * - The ledger's row says that the batch is in. With it there, no row of the batch is inserted again.
 * - A row of the same event with another body is kept beside the table, once for each body. Where each row of the stage
 *   has been inserted, as the ledger's row says of the usual batch, there can be none, and none is looked for.
 *
 * Insert and not MERGE: events never change, MERGE inserts both of two equal source rows, and its ON takes no bound.
 *
 * COPY without ACCEPTINVCHARS, which would replace characters that are valid UTF-8 and no letters (U+FFFE, U+FDD0 …):
 * without it they are loaded as they are ("Multibyte character load errors"). Without EMPTYASNULL: an empty text is one.
 *
 * Source: Amazon Redshift database developer guide, "LOCK", "Isolation levels", "TRUNCATE", "MERGE", "COPY", "Data
 * conversion parameters", "Scalar subqueries" (https://docs.aws.amazon.com/redshift/latest/dg/).
 */
export function loadStatements(order: LoadOrder, place: WarehousePlace): string[] {
  const { target, stage, conflicts, ledger } = tableNames(place.schema, order.table);
  const columns = stagedColumns(order.columns);
  const list = (alias = '') => columns.map((name) => `${alias}${quoteName(name)}`).join(', ');
  const batch = quoteText(order.batch);
  const time = (ms: number) => `TIMESTAMP '${sqlTime(ms)}'`;
  const [earliest, since] = [time(order.earliestMs), time(order.earliestMs - place.horizonDays * 86_400_000)];
  const sameEvent = (left: string, right: string) =>
    event.map((name) => `${left}."${name}" = ${right}."${name}"`).join(' AND ');
  // After the joins, so that only what is left of the stage is sorted.
  const nth = (by: readonly string[]) =>
    `ROW_NUMBER() OVER (PARTITION BY ${by.map((name) => `s."${name}"`).join(', ')} ` +
    `ORDER BY s."received_at", s."seq", s."message_id") AS "_nth"`;
  const count = (rows: string) => `(SELECT COUNT(*) AS "c" FROM ${rows})`;
  const ofBatch = `${target} WHERE "batch_id" = ${batch} AND "received_at" >= ${earliest}`;
  const inLedger = `(SELECT 1 FROM ${ledger} WHERE "batch_id" = ${batch}`;
  return [
    `LOCK TABLE ${stage}`,
    `DELETE FROM ${stage}`,
    `COPY ${stage} (${list()}) FROM ${quoteText(`s3://${place.bucket}/${order.manifest}`)} ` +
      `IAM_ROLE ${quoteText(place.copyRole)} MANIFEST GZIP FORMAT JSON 'auto' TIMEFORMAT 'auto' COMPUPDATE OFF STATUPDATE OFF`,
    `INSERT INTO ${target} (${list()}, "batch_id") SELECT ${list('x.')}, ${batch} FROM (SELECT ${list('s.')}, ` +
      `${nth(event)} FROM ${stage} s LEFT JOIN ${target} t ON ${sameEvent('t', 's')} AND t."received_at" >= ${since} ` +
      `WHERE t."event_id" IS NULL AND NOT EXISTS ${inLedger})) x WHERE x."_nth" = 1`,
    `INSERT INTO ${ledger} ("batch_id", "loaded_at", "rows_staged", "rows_inserted") ` +
      `SELECT ${batch}, GETDATE(), x."c", y."c" FROM ${count(stage)} x CROSS JOIN ${count(ofBatch)} y ` +
      `WHERE NOT EXISTS ${inLedger})`,
    `INSERT INTO ${conflicts} (${list()}, "batch_id") SELECT ${list('x.')}, ${batch} FROM (SELECT ${list('s.')}, ` +
      `${nth([...event, 'body_sha256'])} FROM ${stage} s JOIN ${target} t ON ${sameEvent('t', 's')} ` +
      `AND t."received_at" >= ${since} AND t."body_sha256" <> s."body_sha256" ` +
      `LEFT JOIN ${conflicts} c ON ${sameEvent('c', 's')} AND c."body_sha256" = s."body_sha256" ` +
      `WHERE c."event_id" IS NULL AND EXISTS ${inLedger} AND "rows_staged" <> "rows_inserted")) x WHERE x."_nth" = 1`,
  ];
}

/** What the ledger says of a batch. */
export function ledgerStatement(
  { table, batch }: Pick<LoadOrder, 'table' | 'batch'>,
  { schema }: Pick<WarehousePlace, 'schema'>,
): string {
  const { ledger } = tableNames(schema, table);
  return `SELECT "rows_staged", "rows_inserted" FROM ${ledger} WHERE "batch_id" = ${quoteText(batch)}`;
}
