import { gunzipSync } from 'node:zlib';
import { Catalog, type CatalogRow } from './catalog';
import { json, jsonError, jsonOperation, type Answer, type Call, type Service } from '../../aws-services/server';

interface Input {
  readonly Sqls?: readonly string[];
  readonly Sql?: string;
  readonly Id?: string;
  readonly ClientToken?: string;
}

interface Statement {
  /** The role that has submitted it: to others there is no such statement. */
  readonly role: string;
  readonly status: 'FINISHED' | 'FAILED';
  readonly error?: string;
  readonly rows: readonly CatalogRow[];
}

/**
 * The Data API without a database: a load reads its manifest and files out of the bucket and is refused where a row is
 * `bad`; the ledger knows the batches that were not. A statement is shown to the role that has submitted it, and to no
 * other (management guide, "Considerations when calling the Amazon Redshift Data API"). PostgreSQL's own is the lab's
 * `DataApiServer`.
 */
export class RedshiftDataService implements Service {
  readonly loaded = new Map<string, readonly string[]>();
  /** All that it was asked to run, in order. */
  readonly sql: string[] = [];
  /** The tables that are there. */
  readonly catalog = new Catalog();
  readonly #statements = new Map<string, Statement>();
  readonly #objects: ReadonlyMap<string, Buffer>;

  constructor(objects: ReadonlyMap<string, Buffer>) {
    this.#objects = objects;
  }

  operationOf({ headers }: Pick<Call, 'headers'>) {
    return jsonOperation('RedshiftData', headers);
  }

  answer(call: Call): Answer {
    const input = JSON.parse(call.body.toString('utf8')) as Input;
    const { Id = '', ClientToken: token = '' } = input;
    switch (call.operation) {
      case 'BatchExecuteStatement':
      case 'ExecuteStatement':
        if (!this.#statements.has(token)) this.#statements.set(token, { ...this.#run(input), role: call.role });
        return json({ Id: token });
      case 'DescribeStatement': {
        const found = this.#shown(Id, call);
        return found === undefined
          ? jsonError('ResourceNotFoundException')
          : json({ Id, Status: found.status, ...(found.error !== undefined && { Error: found.error }) });
      }
      default: {
        const found = this.#shown(Id, call);
        if (found === undefined) return jsonError('ResourceNotFoundException');
        const { rows } = found;
        return json({ Records: rows.map((row) => row.map(field)), TotalNumRows: rows.length });
      }
    }
  }

  #shown(id: string, { role }: Call): Statement | undefined {
    const found = this.#statements.get(id);
    return found?.role === role ? found : undefined;
  }

  #run({ Sqls, Sql = '' }: Input): Omit<Statement, 'role'> {
    this.sql.push(...(Sqls ?? [Sql]));
    const [, batch = ''] = /"batch_id" = '([0-9a-f]{32})'/.exec(Sqls?.join('\n') ?? Sql) ?? [];
    if (Sqls === undefined) {
      if (Sql.includes(' FROM SVV_COLUMNS ')) return { status: 'FINISHED', rows: this.catalog.rows(Sql) };
      const rows = this.loaded.get(batch);
      return { status: 'FINISHED', rows: rows === undefined ? [] : [[rows.length, rows.length]] };
    }
    const [, manifest = ''] = /FROM 's3:\/\/[^/]+\/([^']+)'/.exec(Sqls.join('\n')) ?? [];
    const files = this.#filesOf(manifest);
    if (files === undefined) return failed('S3ServiceException: The specified key does not exist., NoSuchKey');
    const rows = rowsIn(files);
    if (rows === undefined || rows.some(({ bad }) => bad === true))
      return failed("Load into table 't_stage' failed. Check 'sys_load_error_detail' system table for details.");
    this.loaded.set(
      batch,
      rows.map(({ event_id }) => event_id),
    );
    return { status: 'FINISHED', rows: [] };
  }

  /** `undefined`: one of them is not there. */
  #filesOf(manifest: string): Buffer[] | undefined {
    const plan = this.#objects.get(manifest);
    if (plan === undefined) return undefined;
    const { entries } = JSON.parse(plan.toString('utf8')) as { entries: { url: string }[] };
    const files = entries.map(({ url }) => this.#objects.get(url.replace(/^s3:\/\/[^/]+\//, '')));
    return files.every((file) => file !== undefined) ? files : undefined;
  }
}

function field(value: string | number | null): object {
  if (value === null) return { isNull: true };
  return typeof value === 'number' ? { longValue: value } : { stringValue: value };
}

function failed(error: string): Omit<Statement, 'role'> {
  return { status: 'FAILED', error: `ERROR: ${error}`, rows: [] };
}

function rowsIn(files: readonly Buffer[]): { event_id: string; bad?: boolean | null }[] | undefined {
  try {
    const lines = files.flatMap((zipped) => gunzipSync(zipped).toString('utf8').trim().split('\n'));
    return lines.map((line) => JSON.parse(line) as { event_id: string; bad?: boolean | null });
  } catch {
    return undefined;
  }
}
