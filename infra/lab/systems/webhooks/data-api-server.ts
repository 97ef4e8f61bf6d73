import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Pool } from 'pg';
import * as z from 'zod';
import { readRecord } from '../../../../functions/shared/schema';
import { runInTransaction, type Isolation } from '../../../../functions/webhooks/adapters/postgres/run';
import { toPostgres } from '../../../../functions/webhooks/adapters/postgres/translate';
import { dialectProblems, mostStatements } from '../../../../functions/webhooks/domain/sql/dialect';
import type { ObjectStore } from '../../../../functions/webhooks/ports/objects';

interface Statement {
  readonly id: string;
  status: 'STARTED' | 'FINISHED' | 'FAILED';
  error?: string;
  rows: readonly (readonly unknown[])[];
  readonly createdAt: number;
}

/** What the server does to its callers; for tests. */
export interface DataApiFaults {
  /** Called before anything is done, by the name of the operation; may throw `Lost` to answer nothing. */
  before?(operation: string): void;
  /** Called when it is done and before the answer. */
  after?(operation: string): void;
}

/** Management guide, "Considerations when calling the Amazon Redshift Data API". */
const [tokenMs, statementMs] = [8 * 3_600_000, 24 * 3_600_000];

export interface DataApiOptions {
  readonly pool: Pool;
  readonly store: Pick<ObjectStore, 'get'>;
  readonly faults?: DataApiFaults;
  readonly isolation?: Isolation;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** So many statements run or wait at once. Default 500. */
  readonly mostActive?: number;
}

/** Thrown by a fault: the connection ends without an answer. */
export class ConnectionLost extends TypeError {}

/**
 * The Redshift Data API over a PostgreSQL: `ExecuteStatement`, `BatchExecuteStatement`, `DescribeStatement` and
 * `GetStatementResult` in AWS JSON 1.1, so that the real client runs against a real database. SPEC.md says what it
 * models. Statements run one after the other in one transaction, after the answer with their id.
 */
export class DataApiServer {
  readonly #statements = new Map<string, Statement>();
  readonly #tokens = new Map<string, { readonly id: string; readonly hash: string; readonly at: number }>();
  readonly #pool: Pool;
  readonly #store: Pick<ObjectStore, 'get'>;
  readonly #faults: DataApiFaults;
  readonly #isolation: Isolation | undefined;
  readonly #now: () => number;
  readonly #mostActive: number;
  readonly #server: Server;
  readonly #running = new Set<Promise<void>>();

  constructor(options: DataApiOptions) {
    this.#pool = options.pool;
    this.#store = options.store;
    this.#faults = options.faults ?? {};
    this.#isolation = options.isolation;
    this.#now = options.now ?? Date.now;
    this.#mostActive = options.mostActive ?? 500;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  /** Returns the endpoint. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await Promise.all(this.#running);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const operation = String(request.headers['x-amz-target'] ?? '').replace('RedshiftData.', '');
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const input = readRecord(
        z.record(z.string(), z.unknown()),
        Buffer.concat(chunks).toString('utf8'),
        'the request',
      );
      this.#faults.before?.(operation);
      const output = this.#answer(operation, input);
      this.#faults.after?.(operation);
      reply(response, 200, output);
    } catch (error) {
      if (error instanceof ConnectionLost) {
        request.socket.destroy();
        return;
      }
      const { type, message } = error as { type?: string; message?: string };
      reply(response, type === undefined ? 500 : 400, { __type: type ?? 'InternalServerException', message });
    }
  }

  #answer(operation: string, input: Record<string, unknown>): object {
    switch (operation) {
      case 'BatchExecuteStatement':
        return this.#execute(input, input.Sqls as string[]);
      case 'ExecuteStatement':
        return this.#execute(input, [String(input.Sql)]);
      case 'DescribeStatement': {
        const { id, status, error, createdAt } = this.#find(input.Id);
        return { Id: id, Status: status, CreatedAt: createdAt / 1000, ...(error !== undefined && { Error: error }) };
      }
      case 'GetStatementResult': {
        const { rows } = this.#find(input.Id);
        return { Records: rows.map((row) => row.map(field)), TotalNumRows: rows.length };
      }
      default:
        throw refusal('ValidationException', `no such operation: ${operation}`);
    }
  }

  #execute(input: Record<string, unknown>, sqls: string[]): object {
    if ((input.ClusterIdentifier === undefined) === (input.WorkgroupName === undefined))
      throw refusal('ValidationException', 'either ClusterIdentifier or WorkgroupName');
    if (sqls.length > mostStatements) throw refusal('ValidationException', `at most ${mostStatements} statements`);
    const problems = dialectProblems(sqls);
    if (problems.length > 0) throw refusal('ValidationException', problems.join('; '));
    const hash = createHash('sha256').update(JSON.stringify(sqls)).digest('hex');
    const token = typeof input.ClientToken === 'string' ? input.ClientToken : randomUUID();
    if (token.length > 64) throw refusal('ValidationException', 'ClientToken has 64 characters at most');
    const earlier = this.#tokens.get(token);
    if (earlier !== undefined && this.#now() - earlier.at < tokenMs) {
      if (earlier.hash !== hash) throw refusal('ValidationException', 'the token was used for another request');
      return { Id: earlier.id };
    }
    if (this.#running.size >= this.#mostActive)
      throw refusal('ActiveStatementsExceededException', `more than ${this.#mostActive} active statements`);
    const statement: Statement = { id: randomUUID(), status: 'STARTED', rows: [], createdAt: this.#now() };
    this.#statements.set(statement.id, statement);
    this.#tokens.set(token, { id: statement.id, hash, at: this.#now() });
    const running = this.#run(statement, sqls).finally(() => this.#running.delete(running));
    this.#running.add(running);
    return { Id: statement.id };
  }

  async #run(statement: Statement, sqls: string[]): Promise<void> {
    try {
      const client = await this.#pool.connect();
      let broken: boolean | undefined;
      try {
        const [only = ''] = sqls;
        if (only.startsWith('SELECT ')) {
          const translated = toPostgres(only);
          const text = translated.kind === 'sql' ? translated.sql : '';
          statement.rows = (await client.query<unknown[]>({ text, rowMode: 'array' })).rows;
        } else await runInTransaction(client, this.#store, sqls, this.#isolation);
      } catch (error) {
        broken = true;
        throw error;
      } finally {
        client.release(broken);
      }
      statement.status = 'FINISHED';
    } catch (error) {
      statement.error = `ERROR: ${error instanceof Error ? error.message : String(error)}`;
      statement.status = 'FAILED';
    }
  }

  #find(id: unknown): Statement {
    const statement = this.#statements.get(String(id));
    if (statement === undefined || this.#now() - statement.createdAt >= statementMs)
      throw refusal('ResourceNotFoundException', 'Query does not exist.');
    return statement;
  }
}

/** PostgreSQL's client gives a bigint as text. */
function field(value: unknown): object {
  if (value === null) return { isNull: true };
  if (typeof value === 'number') return { longValue: value };
  if (typeof value === 'string' && /^-?\d+$/.test(value)) return { longValue: Number(value) };
  return { stringValue: typeof value === 'string' ? value : JSON.stringify(value) };
}

function refusal(type: string, message: string): Error & { type: string } {
  return Object.assign(new TypeError(message), { type });
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(body));
}
