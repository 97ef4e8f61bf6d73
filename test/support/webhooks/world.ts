import { gunzipSync } from 'node:zlib';
import type { Logger } from '../../../functions/shared/runtime';
import type {
  ColumnsAnswer,
  LoadOrder,
  LedgerAnswer,
  StatementState,
  Warehouse,
} from '../../../functions/webhooks/ports/warehouse';
import type { Route, RouteInput } from '../../../functions/webhooks/contracts/routes';
import { batchOf, earliestOf, manifestKey, urlsIn } from '../../../functions/webhooks/batches/manifest';
import type { LoadExecution } from '../../../functions/webhooks/ports/executions';
import type { ObjectStore } from '../../../functions/webhooks/ports/objects';
import { createApp } from '../../../functions/webhooks/ingress/app';
import { SecretsCache } from '../../../functions/webhooks/ingress/secrets-cache';
import { stage } from '../../../functions/webhooks/stager/stage';
import { makeHandler as startLoads } from '../../../functions/webhooks/triggers/start-loads/handler';
import { VirtualClock } from '../../../infra/lab/kernel/clock';
import { createEngine, lambdaTasks, type LambdaFunction } from '../../../infra/lab/engine';
import { loadBatchMachine, loadFunctions } from '../../../infra/lab/systems/webhooks/loader';
import { routesOf, sourceOf } from './ingress';

// The whole path in memory, each outside call of which can be the last of its process, or lose its answer. What the
// parts promise is modelled and nothing more: a queue that gives twice and in any order, a store that is consistent, a
// warehouse that runs a load as one transaction under a lock, and forgets nothing but answers.

export interface Row {
  readonly source: string;
  readonly tenant: string;
  readonly event_id: string;
  readonly received_at: string;
  readonly seq: number;
  readonly message_id: string;
  readonly body_sha256: string;
  readonly bad?: boolean | null;
}

/** The process ends here; nothing of it continues. */
export class Killed extends Error {
  override readonly name = 'Killed';
}
/** As Step Functions names it. */
class Exited extends Error {
  override readonly name = 'Runtime.ExitError';
}
class AnswerLost extends Error {
  override readonly name = 'TimeoutError';
}

export interface Chance {
  next(): number;
}

export function chanceOf(seed: number): Chance {
  let state = (seed + 0x9e3779b9) | 0;
  return {
    next: () => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
  };
}

export interface Mishaps {
  /** Of each call: that its process is killed before or after it. */
  readonly kill: number;
  /** That its answer is lost, the call having been done or not. */
  readonly lose: number;
  /** That the queue gives a message twice. */
  readonly double: number;
  /** That the warehouse does not do a load, for a reason that is not in the data, or forgets that it was asked already. */
  readonly trouble: number;
}

/** What runs as a process of its own: the functions, by their names. */
export type ProcessName =
  | 'ingress'
  | 'stager'
  | 'StartLoads'
  | 'PlanBatch'
  | 'SubmitLoad'
  | 'FollowLoad'
  | 'ConfirmLoad'
  | 'SplitBatch'
  | 'ArchiveBatch';

/** Names of the calls, for a run that kills at one of them: `SplitBatch store.put`. */
export type CallName = `${ProcessName} ${'queue' | 'store' | 'executions' | 'warehouse'}.${string}`;

// As Redshift, the Data API and PostgreSQL say it.
const troubles = [
  'ERROR: 1023 Serializable isolation violation',
  'aborted',
  'terminating connection due to administrator command',
  'S3ServiceException:Please reduce your request rate.,Status 503,Error SlowDown',
  // For a person: the execution fails.
  'ERROR: permission denied for relation events',
];

export class World {
  readonly chance: Chance;
  now = Date.parse('2026-11-26T12:00:00.000Z');
  readonly objects = new Map<string, Uint8Array>();
  queue: { readonly id: string; readonly body: string }[] = [];
  readonly table: Row[] = [];
  readonly ledger = new Map<string, { staged: number; inserted: number }>();
  readonly statements = new Map<string, StatementState>();
  readonly #running: { readonly token: string; readonly order: LoadOrder }[] = [];
  readonly seen = new Map<CallName, number>();
  mishaps: Mishaps;
  /** Kills before or after calls of this name: for each of `nth` (ascending) once, at the call of that number or the next one. */
  killAt: { readonly call: CallName; readonly when: 'before' | 'after'; readonly nth: readonly number[] } | undefined;
  /**
   * What happens to plans before they are submitted, to each until a process was killed, and then to every other one: the
   * object is overwritten by what is no plan, or another load has had a file (where none can be loaded, overwritten too).
   */
  plansAre: 'overwritten' | 'overtaken' | undefined;
  /** How often a process was killed, and an execution redriven. */
  kills = 0;
  redrives = 0;
  #ids = 0;
  /** Names of executions that were started and have not run yet; and the last one that has ended. */
  readonly #started = new Set<string>();
  #latest: LoadExecution | undefined;

  constructor(seed: number, mishaps: Mishaps) {
    this.chance = chanceOf(seed);
    this.mishaps = mishaps;
  }

  get clock() {
    return { now: () => new Date(this.now) };
  }

  id(prefix: string): string {
    this.#ids += 1;
    return `${prefix}${this.#ids}`;
  }

  /** Every outside call goes through here. */
  async #call<T>(name: CallName, work: () => T): Promise<T> {
    this.seen.set(name, (this.seen.get(name) ?? 0) + 1);
    const at = (when: 'before' | 'after') => {
      const { killAt } = this;
      const [nth = Infinity, ...later] = killAt?.nth ?? [];
      const isNow = killAt?.call === name && killAt.when === when && (this.seen.get(name) ?? 0) >= nth;
      if (isNow || this.chance.next() < this.mishaps.kill / 2) {
        if (isNow) this.killAt = { ...killAt, nth: later };
        this.kills += 1;
        throw new Killed(name);
      }
      if (this.chance.next() < this.mishaps.lose / 2) throw new AnswerLost(name);
    };
    this.now += Math.floor(this.chance.next() * 40);
    at('before');
    const answer = work();
    at('after');
    return answer;
  }

  /** The store as a process sees it, or, without one, as it is. */
  store(process?: ProcessName): ObjectStore {
    const call = async <T>(name: string, work: () => T): Promise<T> =>
      process === undefined ? work() : this.#call(`${process} store.${name}`, work);
    return {
      put: async (key, body) => call('put', () => void this.objects.set(key, body)),
      get: async (key) =>
        call('get', () => {
          if (process === 'SubmitLoad') this.#spoil(key);
          return this.objects.get(key);
        }),
      list: async (prefix, { limit = 1000, after = '' } = {}) =>
        call('list', () =>
          [...this.objects.keys()]
            .filter((key) => key.startsWith(prefix) && key > after)
            .sort()
            .slice(0, limit)
            .map((key) => ({ key, bytes: this.objects.get(key)?.byteLength ?? 0 })),
        ),
      remove: async (key) => call('remove', () => void this.objects.delete(key)),
    };
  }

  #spoil(plan: string): void {
    const manifest = this.objects.get(plan);
    if (this.plansAre === undefined || this.killAt === undefined || manifest === undefined) return;
    // Each of them until a process was killed by that; then the others get through.
    if (this.kills > 0 && this.chance.next() < 0.5) return;
    if (this.plansAre === 'overtaken' && filesIn(manifest)?.some((key) => this.#isLoadedElsewhere(key)) === true)
      return;
    const half = manifest.slice(0, manifest.length / 2);
    const instead = [half, Buffer.from(''), Buffer.from('{"entries":[]}'), Buffer.from([0x7b, 0xff])];
    this.objects.set(plan, instead[Math.floor(this.chance.next() * instead.length)] ?? half);
  }

  /** As a load does it whose batch is this file alone. Not where the file is gone, or the warehouse refuses a row of it. */
  #isLoadedElsewhere(key: string): boolean {
    const file = this.objects.get(key);
    if (file === undefined) return false;
    const batch = batchOf('events', [key]);
    const order = { batch: batch.id, table: batch.table, columns: ['bad'], manifest: manifestKey(batch) };
    const before = this.objects.get(order.manifest);
    this.objects.set(order.manifest, Buffer.from(JSON.stringify({ entries: [{ url: `s3://bucket/${key}` }] })));
    const { state } = this.#load({ ...order, earliestMs: earliestOf(batch) });
    if (before === undefined) this.objects.delete(order.manifest);
    if (state !== 'finished') return false;
    this.objects.set(key.replace(/^pending\//, 'archive/'), file);
    this.objects.delete(key);
    return true;
  }

  readonly sender = {
    send: async (body: string) =>
      this.#call('ingress queue.send', () => void this.queue.push({ id: this.id('q'), body })),
  };

  /** Some of what is there, in any order; it stays until it is deleted. */
  async receive(): Promise<{ receipt: string; body: string }[]> {
    return this.#call('stager queue.receive', () =>
      this.queue
        .filter(() => this.chance.next() < 0.7)
        .sort(() => this.chance.next() - 0.5)
        .slice(0, 1 + Math.floor(this.chance.next() * 8))
        .flatMap(({ id, body }) =>
          (this.chance.next() < this.mishaps.double ? [0, 1] : [0]).map(() => ({ receipt: id, body })),
        ),
    );
  }

  async delete(receipts: readonly string[]): Promise<void> {
    return this.#call('stager queue.delete', () => {
      this.queue = this.queue.filter(({ id }) => !receipts.includes(id) || this.chance.next() < this.mishaps.double);
    });
  }

  readonly warehouse: Warehouse = {
    columns: async () =>
      this.#call('SubmitLoad warehouse.columns', (): ColumnsAnswer => {
        if (this.chance.next() < 0.3) return { answer: 'pending' };
        return { answer: 'columns', columns: [] };
      }),
    submit: async (order, token) =>
      this.#call('SubmitLoad warehouse.submit', () => {
        // After 8 hours a token is another request; what ran by it runs again.
        if (!this.statements.has(token) || this.chance.next() < this.mishaps.trouble) {
          this.statements.set(token, { state: 'running' });
          this.#running.push({ token, order });
        }
        return { statement: token };
      }),
    follow: async (statement) =>
      this.#call('FollowLoad warehouse.follow', () => {
        if (this.chance.next() < 0.6) this.advance();
        // The Data API forgets: then only the ledger knows.
        if (this.chance.next() < 0.03) return { state: 'unknown' };
        return this.statements.get(statement) ?? { state: 'unknown' };
      }),
    ledger: async ({ batch }) =>
      this.#call('ConfirmLoad warehouse.ledger', (): LedgerAnswer => {
        if (this.chance.next() < 0.3) return { answer: 'pending' };
        const row = this.ledger.get(batch);
        return row === undefined ? { answer: 'absent' } : { answer: 'loaded', ...row };
      }),
  };

  /** One of the loads that wait at the lock goes through: whichever. */
  advance(): void {
    const [next] = this.#running.splice(Math.floor(this.chance.next() * this.#running.length), 1);
    if (next === undefined) return;
    if (this.chance.next() >= Math.max(0.05, this.mishaps.trouble)) {
      this.statements.set(next.token, this.#load(next.order));
      return;
    }
    const [passing = ''] = troubles;
    const error = troubles[Math.floor(this.chance.next() * troubles.length)] ?? passing;
    this.statements.set(next.token, { state: 'failed', error: this.mishaps.trouble > 0 ? error : passing });
    // A restart ends all that runs, and not this one alone.
    if (this.mishaps.trouble > 0 && error.startsWith('terminating'))
      for (const { token } of this.#running.splice(0)) this.statements.set(token, { state: 'failed', error });
  }

  /** What the statements of a load do, as one. `horizonMs`: eight days. */
  #load(order: LoadOrder): StatementState {
    const manifest = this.objects.get(order.manifest);
    if (manifest === undefined)
      return { state: 'failed', error: 'S3ServiceException: The specified key does not exist., NoSuchKey' };
    const files = filesIn(manifest);
    if (files === undefined) return { state: 'failed', error: 'ERROR: Manifest file is not in correct json format' };
    const staged: Row[] = [];
    for (const key of files) {
      const file = this.objects.get(key);
      if (file === undefined)
        return { state: 'failed', error: 'S3ServiceException: The specified key does not exist., NoSuchKey' };
      staged.push(...rowsOf(file));
    }
    if (staged.some(({ bad }) => bad === true))
      return { state: 'failed', error: "ERROR: Load into table 'events_stage' failed. Check 'sys_load_error_detail'" };
    if (this.ledger.has(order.batch)) return { state: 'finished' };
    const since = order.earliestMs - 8 * 86_400_000;
    const arrivalOf = (row: Row) => `${row.received_at} ${String(row.seq).padStart(8, '0')} ${row.message_id}`;
    let inserted = 0;
    for (const row of [...staged].sort((left, right) => (arrivalOf(left) < arrivalOf(right) ? -1 : 1))) {
      const known = this.table.some(
        (one) =>
          one.source === row.source &&
          one.tenant === row.tenant &&
          one.event_id === row.event_id &&
          Date.parse(`${one.received_at}Z`) >= since,
      );
      if (known) continue;
      this.table.push(row);
      inserted += 1;
    }
    this.ledger.set(order.batch, { staged: staged.length, inserted });
    return { state: 'finished' };
  }

  /** Posts to a process of ingress of its own; `undefined`: no answer. */
  async post(route: readonly RouteInput[], id: string, body: string): Promise<number | undefined> {
    const clock = this.clock;
    const life = { over: false };
    // A killed process answers nothing: the error would become a 503 otherwise.
    const watch = async <T>(call: Promise<T>): Promise<T> =>
      call.catch((error: unknown) => {
        life.over ||= error instanceof Killed;
        throw error;
      });
    const watched = { send: async (text: string) => watch(this.sender.send(text)) };
    const store = this.store('ingress');
    const app = createApp(parsedOnce(route), {
      clock,
      queue: watched,
      store: { ...store, put: async (key, bytes) => watch(store.put(key, bytes)) },
      secrets: new SecretsCache({ read: async () => ['key'] }, clock),
      log,
      metrics,
      newId: () => this.id('m'),
    });
    const response = await app.fetch(
      new Request('http://x/hooks/a', { method: 'POST', body, headers: { 'x-api-key': 'key', 'x-id': id } }),
    );
    if (life.over || this.chance.next() < this.mishaps.lose) return undefined;
    return response.status;
  }

  /** So many stagers at once, each of which may have got the same messages: the time that they are hidden was too short. */
  async stageOnce(routes: readonly RouteInput[], stagers = 1): Promise<void> {
    await Promise.all(Array.from({ length: stagers }, () => this.#stage(routes)));
  }

  async #stage(routes: readonly RouteInput[]): Promise<void> {
    try {
      const messages = await this.receive();
      // `stage` takes each error for a failed message; a kill ends all of it, and nothing is deleted.
      const life = { over: false };
      const guarded = async <T>(call: () => Promise<T>): Promise<T> => {
        if (life.over) throw new Killed('dead');
        return call().catch((error: unknown) => {
          life.over ||= error instanceof Killed;
          throw error;
        });
      };
      const whole = this.store('stager');
      const store: ObjectStore = {
        ...whole,
        put: (key, body) => guarded(() => whole.put(key, body)),
        get: (key) => guarded(() => whole.get(key)),
      };
      const failed = await stage({ store, routes: parsedOnce(routes), clock: this.clock, metrics }, messages);
      if (life.over) return;
      await this.delete(messages.map(({ receipt }) => receipt).filter((receipt) => !failed.includes(receipt)));
    } catch (error) {
      if (!(error instanceof Killed) && !(error instanceof AnswerLost)) throw error;
    }
  }

  /** The run of a minute. One that is killed, or fails, is followed by the next minute's. */
  async startLoads(given: readonly RouteInput[]): Promise<void> {
    const routes = parsedOnce(given);
    const run = startLoads({
      routes: sourceOf(routes),
      store: this.store('StartLoads'),
      executions: {
        latest: async () =>
          this.#call('StartLoads executions.latest', () =>
            this.#started.size > 0 ? { status: 'RUNNING', stoppedMs: undefined } : this.#latest,
          ),
        start: async (_, name) => this.#call('StartLoads executions.start', () => void this.#started.add(name)),
      },
      clock: this.clock,
      log,
      metrics,
    });
    try {
      await run();
    } catch (error) {
      if (!(error instanceof Killed) && !(error instanceof AnswerLost)) throw error;
    }
  }

  /**
   * Runs loaders beside one another until each ends, as many as start-loads has started, or more: `atLeast`; returns how
   * they ended. One whose function is killed is tried again by
   * its state machine, or ended by a person, who redrives it or leaves it; one that has failed likewise.
   */
  async load(routes: readonly RouteInput[], atLeast: number): Promise<string[]> {
    await this.startLoads(routes);
    const loaders = Math.max(atLeast, this.#started.size);
    if (loaders === 0) return [];
    const clock = new VirtualClock({ startAt: new Date(this.now) });
    const engine = createEngine({ clock, seed: this.id('engine') });
    const deps = {
      warehouse: this.warehouse,
      routes: parsedOnce(routes),
      bucket: 'bucket',
      clock: this.clock,
      log,
      metrics,
    };
    const dead = new Set<string>();
    const kill = (executionArn: string): never => {
      if (this.chance.next() < 0.5) throw new Exited();
      dead.add(executionArn);
      engine.stopExecution({ executionArn });
      throw new Exited();
    };
    const names = Object.keys(loadFunctions({ ...deps, store: this.store() })) as ProcessName[];
    const tasks = names.map((name): [string, LambdaFunction] => {
      const run = loadFunctions({ ...deps, store: this.store(name) })[name];
      return [
        name,
        async (event: { run: { execution: string } }) =>
          run?.(event).catch((error: unknown) => {
            if (error instanceof Killed) kill(event.run.execution);
            throw error;
          }),
      ];
    });
    const arn = engine.createStateMachine(machine, {
      name: 'load-batch',
      tasks: lambdaTasks(Object.fromEntries(tasks)),
    });
    const executions = Array.from(
      { length: loaders },
      () => engine.startExecution({ stateMachineArn: arn, input: '{"table":"events"}' }).executionArn,
    );
    const status = (executionArn: string) => engine.describeExecution({ executionArn }).status ?? '?';
    const ended = async () => clock.runUntil(() => executions.every((one) => status(one) !== 'RUNNING'));
    await ended();
    for (const executionArn of executions) {
      if (status(executionArn) === 'SUCCEEDED' || this.chance.next() < 0.5) continue;
      dead.delete(executionArn);
      engine.redriveExecution({ executionArn });
      this.redrives += 1;
    }
    await ended();
    this.now = Math.max(this.now, clock.millis());
    this.#started.clear();
    this.#latest = { status: status(executions.at(-1) ?? ''), stoppedMs: this.now };
    return executions.map((one) =>
      dead.has(one) ? 'KILLED' : `${status(one)} ${engine.describeExecution({ executionArn: one }).error ?? ''}`.trim(),
    );
  }
}

/** Keys of the files that a manifest lists; `undefined`: it is none. */
function filesIn(manifest: Uint8Array): string[] | undefined {
  try {
    return urlsIn(manifest, 'of the batch').map((url) => url.replace('s3://bucket/', ''));
  } catch {
    return undefined;
  }
}

const rowsKnown = new WeakMap<Uint8Array, readonly Row[]>();

/** The rows of a file, which is read as often as it is loaded. */
function rowsOf(file: Uint8Array): readonly Row[] {
  const known = rowsKnown.get(file);
  if (known !== undefined) return known;
  const lines = gunzipSync(file).toString().trim().split('\n');
  const rows = lines.map((line) => JSON.parse(line) as Row);
  rowsKnown.set(file, rows);
  return rows;
}

const routesKnown = new WeakMap<object, readonly Route[]>();

/** The routes as each process has them, parsed once: none of them changes them. */
function parsedOnce(given: readonly RouteInput[]): readonly Route[] {
  const known = routesKnown.get(given) ?? routesOf(given);
  routesKnown.set(given, known);
  return known;
}

const log: Logger = { info: () => undefined, error: () => undefined, with: () => log };
const machine = loadBatchMachine();
const metrics = { count: () => undefined, duration: () => undefined };
