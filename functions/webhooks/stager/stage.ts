import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { messageOf } from '../../shared/aws-errors';
import type { Clock, Logger } from '../../shared/runtime';
import { recordIn } from '../../shared/schema';
import { envelopeSchema, type Envelope } from '../contracts/envelope';
import type { WebhookMetrics } from '../contracts/metrics';
import type { Route } from '../contracts/routes';
import { rowOf, type RowResult } from '../domain/row';
import type { ObjectStore } from '../ports/objects';
import type { RouteRegistry } from '../ports/routes';
import { claimKey, fileName, hashOf, longestSpanMs, prefixes, sha256 } from './keys';
import { openBody } from './open-body';
import { putAside, type QuarantineRecord } from './quarantine';

const compress = promisify(gzip);

export interface StagerDeps {
  readonly store: ObjectStore;
  readonly routes: readonly Route[];
  /** Events of a route that cannot be used stay in the queue until it can. */
  readonly faults?: RouteRegistry['faults'];
  /** The routes as they are now, for an event of one that is newer than `routes`. */
  readonly routesAgain?: () => Promise<RouteRegistry>;
  readonly clock: Clock;
  /** Told why messages stay in the queue. */
  readonly log?: Pick<Logger, 'error'>;
  readonly metrics: WebhookMetrics;
}

export interface ReceivedMessage {
  /** Of the queue's record: what is reported if it failed. */
  readonly receipt: string;
  readonly body: string;
}

interface StagedMessage {
  readonly receipt: string;
  readonly id: string;
  readonly source: string;
  readonly row: Extract<RowResult, { action: 'stage' }>;
}

/** A message of a few bytes may stand for a body of megabytes, and a thousand of them for more than a function holds. */
const mostHeld = 32_000_000;
/**
 * So many events are put aside at once: one after the other, senders of events that fit no table would fill the queue faster
 * than it is emptied. Each may hold a body of 10 MB.
 */
const asideAtOnce = 8;
/** The function has a minute: what was not begun by then stays in the queue, instead of all of it. */
const mostMs = 40_000;

/**
 * Writes messages as compressed batches, one file for each route and hour (more where they are large), so that it can be
 * told whose events wait and since when; and returns the receipts of those that failed: they stay in the queue. A message
 * is done only when its row, or its quarantine, is in the store. Done twice, it is two rows of one event, of which the load
 * takes one.
 */
export async function stage(deps: StagerDeps, messages: readonly ReceivedMessage[]): Promise<string[]> {
  const until = deps.clock.now().getTime() + mostMs;
  const files = new Map<string, { readonly table: string; readonly rows: StagedMessage[] }>();
  const failed: string[] = [];
  const whys = new Map<string, number>();
  const fail = (receipts: readonly string[], error: unknown) => {
    failed.push(...receipts);
    const why = error instanceof Error ? `${error.name}: ${messageOf(error)}` : messageOf(error);
    whys.set(why, (whys.get(why) ?? 0) + receipts.length);
  };
  const find = routeFinder(deps);
  const asides = new Pool(asideAtOnce);
  let held = 0;
  const flush = async () => {
    for (const { table, rows } of files.values()) {
      try {
        await write(deps, table, rows);
      } catch (error) {
        fail(
          rows.map(({ receipt }) => receipt),
          error,
        );
      }
    }
    files.clear();
    held = 0;
  };
  for (const { receipt, body } of messages) {
    if (deps.clock.now().getTime() > until) {
      failed.push(receipt);
      continue;
    }
    try {
      const prepared = await prepare(deps, find, body);
      if ('aside' in prepared) {
        await asides.add(() => aside(deps, prepared.aside).catch((error: unknown) => fail([receipt], error)));
        continue;
      }
      const { table, ...staged } = prepared;
      // What waited long, or comes out of quarantine, is in a file of its time.
      const of = `${staged.source} ${Math.floor(staged.row.receivedMs / longestSpanMs)}`;
      const file = files.get(of) ?? { table, rows: [] };
      files.set(of, file);
      file.rows.push({ receipt, ...staged });
      held += staged.row.json.length;
    } catch (error) {
      fail([receipt], error);
    }
    if (held > mostHeld) await flush();
  }
  await asides.end();
  await flush();
  // Once for each reason: what a thousand messages failed with is mostly one.
  for (const [why, messages] of whys) deps.log?.error('messages are not staged', { messages, why });
  return failed;
}

type FindRoute = (source: string) => Promise<Route | undefined>;

/** By name; one that is not known is looked for once more: ingress may have read the routes later than this process. */
function routeFinder({ routes, faults = [], routesAgain }: StagerDeps): FindRoute {
  const among = ({ routes, faults }: RouteRegistry) => {
    const known = new Map(routes.map((route) => [route.name, route]));
    const faulty = new Set(faults.map(({ name }) => name));
    return (source: string) => {
      const found = known.get(source);
      if (found === undefined && faulty.has(source)) throw new TypeError(`the route ${source} cannot be used`);
      return found;
    };
  };
  const find = among({ routes, faults });
  let again: Promise<ReturnType<typeof among>> | undefined;
  return async (source) => {
    const found = find(source);
    if (found !== undefined || routesAgain === undefined) return found;
    again ??= routesAgain().then(among);
    return (await again)(source);
  };
}

/** What a message becomes: a row, or a record of the quarantine, which is not written yet. */
async function prepare(
  deps: StagerDeps,
  find: FindRoute,
  message: string,
): Promise<(Omit<StagedMessage, 'receipt'> & { readonly table: string }) | { readonly aside: QuarantineRecord }> {
  const aside = (
    source: string,
    { reason, detail }: Pick<QuarantineRecord, 'reason' | 'detail'>,
    at = deps.clock.now().toISOString(),
  ) => ({ aside: { source, reason, detail, at, message } });
  const envelope = readEnvelope(message);
  if (envelope === undefined) return aside('unknown', { reason: 'message-malformed', detail: 'no envelope' });
  const route = await find(envelope.source);
  if (route === undefined) {
    return aside('unknown', { reason: 'route-unknown', detail: envelope.source.slice(0, 64) }, envelope.receivedAt);
  }
  const opened = await openBody(deps.store, envelope);
  if (opened === undefined) throw new TypeError('the store does not have the body');
  if ('refused' in opened.text) {
    return aside(route.name, { reason: opened.text.refused, detail: opened.text.detail }, envelope.receivedAt);
  }
  const rawKey = await keepRaw(deps.store, envelope, opened.bytes, opened.text.value);
  const row = rowOf({
    route,
    envelope,
    text: opened.text.value,
    bodySha256: opened.sha256,
    bodyBytes: opened.bytes.byteLength,
    rawKey,
    hash: sha256,
  });
  if (row.action === 'quarantine') return aside(route.name, row, envelope.receivedAt);
  return { table: route.table, id: envelope.id, source: route.name, row };
}

async function aside({ store, metrics }: StagerDeps, record: QuarantineRecord): Promise<void> {
  await putAside(store, record);
  metrics.count('Quarantined', 1, { Route: record.source, Reason: record.reason });
}

/** Up to so many pieces of work at once, none of which rejects. */
class Pool {
  readonly #most: number;
  readonly #running = new Set<Promise<void>>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Resolves when the work has begun. */
  async add(work: () => Promise<void>): Promise<void> {
    while (this.#running.size >= this.#most) await Promise.race(this.#running);
    const one: Promise<void> = work().finally(() => this.#running.delete(one));
    this.#running.add(one);
  }

  async end(): Promise<void> {
    await Promise.all(this.#running);
  }
}

function readEnvelope(message: string): Envelope | undefined {
  return recordIn(envelopeSchema, message);
}

/** What does not fit a text column is kept as it came, beside the large bodies; so a row always leads to its event. */
async function keepRaw(
  store: ObjectStore,
  envelope: Envelope,
  bytes: Uint8Array,
  text: string,
): Promise<string | undefined> {
  if (envelope.body.in === 'store') return envelope.body.key;
  if (Buffer.byteLength(text) <= 65_535) return undefined;
  const key = claimKey(envelope);
  await store.put(key, bytes);
  return key;
}

async function write({ store, metrics }: StagerDeps, table: string, all: readonly StagedMessage[]): Promise<void> {
  // A message that the queue gave twice at once is one row.
  const rows = [...new Map(all.map((one) => [one.id, one])).values()];
  const earliest = Math.min(...rows.map(({ row }) => row.receivedMs));
  const lines = rows.map(({ row }) => `${row.json}\n`).join('');
  const about = { earliestMs: earliest, rows: rows.length, replayed: false, source: rows[0]?.source };
  const name = fileName({ ...about, hash: hashOf(rows.map(({ id }) => id)) });
  await store.put(`${prefixes.pending(table)}${name}`, await compress(lines));
  for (const { source, row } of rows) {
    metrics.count('Staged', 1, { Route: source });
    for (const flag of row.flags) metrics.count('Flagged', 1, { Route: source, Reason: flag });
  }
}
