import { gzipSync } from 'node:zlib';
import { defaultOptions } from '../../../../functions/audit/domain/rules/options';
import type { ObjectRef } from '../../../../functions/audit/ports/objects';
import { makeHandler as makeRead } from '../../../../functions/audit/steps/read-objects/handler';
import { makeHandler as makeInspect } from '../../../../functions/audit/triggers/inspect-log/handler';
import { makeHandler as makeStream } from '../../../../functions/audit/triggers/inspect-stream/handler';
import { makeHandler as makeWatch } from '../../../../functions/audit/triggers/watch/handler';
import { defaultPolicy, type Book, type Incident } from '../../../../functions/shared/incidents/book';
import {
  memoryStore,
  type DocumentStore,
  type StoredMark,
  type WriteResult,
} from '../../../../functions/shared/incidents/store';
import type { Mail } from '../../../../functions/shared/notify/letter';
import { jsonLogger, noMetrics } from '../../../../functions/shared/runtime';
import { minute, start } from '../support';

/** How a call of AWS ends badly: the process dies, or lives and gets an error; before or after the effect. */
export interface Fault {
  readonly call: number;
  readonly after: boolean;
  readonly dies: boolean;
}

export interface ReceivedMail extends Mail {
  readonly by: 'SES' | 'SNS';
  readonly at: number;
}

export const policy = {
  ...defaultPolicy,
  digestMs: 15 * minute,
  quietMs: 6 * 60 * minute,
  perHour: 3,
  proofAt: 11 * 60 * minute,
};

const dead = Symbol('dead');
const timeout = () => Object.assign(new Error('no answer'), { name: 'TimeoutError' });

/**
 * What outlives processes: S3, the table, the mailbox, the queues, the time. Each invocation is a process of its own. A
 * process that is killed makes no further call: what it awaits never comes.
 */
export class Platform {
  at = start;
  readonly received: ReceivedMail[] = [];
  readonly objects = new Map<string, Buffer>();
  /** What SES says of a mail; nothing: it is taken. */
  ses: (mail: Mail) => Error | undefined = () => undefined;
  /** Called before each call of a process continues. */
  turn: () => Promise<void> = async () => undefined;
  calls = 0;
  /** Those that change something: after all others it makes no difference whether they were answered. */
  readonly effects = new Set<number>();
  /** All incidents that there ever were, as they were last seen, by id. */
  readonly known = new Map<string, Incident>();
  readonly #store = memoryStore();
  readonly #names = new Set<string>();
  readonly #marks: StoredMark[] = [];
  readonly #queue: string[] = [];
  readonly #later: (() => Promise<unknown>)[] = [];

  constructor(readonly fault?: Fault) {}

  /** The same as it stands between two processes, with a future of its own. */
  async fork(fault?: Fault): Promise<Platform> {
    if (this.#later.length > 0) throw new Error('processes wait that know this platform alone');
    const one = new Platform(fault);
    Object.assign(one, { at: this.at, ses: this.ses, turn: this.turn, calls: this.calls });
    one.received.push(...this.received);
    one.#queue.push(...this.#queue);
    for (const [key, bytes] of this.objects) one.objects.set(key, bytes);
    for (const call of this.effects) one.effects.add(call);
    for (const [id, incident] of this.known) one.known.set(id, incident);
    const documents = await this.#store.readMany([...this.#names]);
    await one.#write(
      [...documents].map(([name, { value }]) => ({ name, value, from: 0 })),
      this.#marks,
    );
    return one;
  }

  async #write(...[changes, marks = []]: Parameters<DocumentStore['write']>): Promise<WriteResult> {
    const written = await this.#store.write(changes, marks);
    if (written !== 'written') return written;
    this.#marks.push(...marks);
    for (const { name, value } of changes) {
      this.#names.add(name);
      if (name === 'book audit')
        for (const one of Object.values((value as Book).incidents)) this.known.set(one.id, one);
    }
    return written;
  }

  /** @returns `dead` where it was killed, or what the handler threw. */
  async #process<Result>(run: (deps: ReturnType<Platform['deps']>) => Promise<Result>): Promise<Result | typeof dead> {
    let die: (value: typeof dead) => void = () => undefined;
    const death = new Promise<typeof dead>((resolve) => (die = resolve));
    let isDead = false;
    const call = async <Value>(effect: () => Promise<Value>, changes = false): Promise<Value> => {
      if (isDead) return new Promise<never>(() => undefined);
      await this.turn();
      this.calls += 1;
      if (changes) this.effects.add(this.calls);
      const fault = this.fault?.call === this.calls ? this.fault : undefined;
      const value = fault?.after === false ? undefined : await effect();
      if (fault === undefined) return value as Value;
      if (!fault.dies) throw timeout();
      isDead = true;
      die(dead);
      return new Promise<never>(() => undefined);
    };
    return Promise.race([run(this.deps(call)), death]);
  }

  deps(call: <Value>(effect: () => Promise<Value>, changes?: boolean) => Promise<Value>) {
    const store = this.#store;
    const take = (mail: Mail, by: ReceivedMail['by']) => void this.received.push({ ...mail, by, at: this.at });
    return {
      clock: { now: () => new Date(this.at) },
      log: jsonLogger(() => undefined),
      system: 'audit',
      options: defaultOptions,
      policy,
      region: 'eu-central-1',
      clusters: ['never-heard-of'],
      metrics: noMetrics,
      functionName: 'watch',
      store: {
        read: (name) => call(() => store.read(name)),
        readMany: (names) => call(() => store.readMany(names)),
        isMarked: (name) => call(() => store.isMarked(name)),
        write: (changes, marks) => call(() => this.#write(changes, marks), true),
      } satisfies typeof store,
      mailer: {
        send: (mail: Mail) =>
          call(async () => {
            const refusal = this.ses(mail);
            if (refusal !== undefined) throw refusal;
            take(mail, 'SES');
          }, true),
      },
      fallback: { send: (mail: Mail) => call(async () => take(mail, 'SNS'), true) },
      objects: {
        open: ({ key }: ObjectRef) =>
          call(async () => {
            const bytes = this.objects.get(key)!;
            const half = bytes.length >> 1;
            async function* body() {
              yield bytes.subarray(0, half);
              // The rest is a packet that may never come.
              await call(async () => undefined);
              yield bytes.subarray(half);
            }
            return { etag: 'e', body: body() };
          }),
      },
    };
  }

  announce(...keys: string[]): void {
    this.#queue.push(...keys);
  }

  /** One invocation with all that is in the queue; SQS keeps what was not done. */
  async inspect(): Promise<void> {
    const keys = this.#queue.splice(0, 10);
    if (keys.length === 0) return;
    const Records = keys.map((key, at) => ({
      messageId: String(at),
      body: JSON.stringify({
        'detail-type': 'Object Created',
        detail: { bucket: { name: 'b' }, object: { key, etag: 'e' } },
      }),
    }));
    const done = await this.#process((deps) => makeInspect(deps)({ Records }));
    const again =
      done === dead ? keys : done.batchItemFailures.map(({ itemIdentifier }) => keys[Number(itemIdentifier)]!);
    this.announce(...again);
  }

  /** A subscription calls its function asynchronously: Lambda repeats what was not done. */
  async stream(events: readonly { readonly id: string; readonly message: string }[]): Promise<void> {
    const content = {
      messageType: 'DATA_MESSAGE',
      owner: '111122223333',
      logGroup: '/aws/redshift/space/connectionlog',
      logStream: 's',
      logEvents: events,
    };
    const event = { awslogs: { data: gzipSync(JSON.stringify(content)).toString('base64') } };
    await this.#orLater(() => this.#process((deps) => makeStream(deps)(event)));
  }

  /** Step Functions repeats a task whose function did not end well. */
  async backfill(keys: readonly string[]): Promise<void> {
    const batch = {
      bucket: 'b',
      since: '2026-01-01T00:00:00Z',
      objects: keys.map((Key) => ({ Key, Etag: '"e"', LastModified: start / 1000 })),
    };
    await this.#orLater(() => this.#process((deps) => makeRead(deps)(batch)));
  }

  async #orLater(run: () => Promise<unknown>): Promise<void> {
    const result = await run().catch(() => dead);
    if (result === dead) this.#later.push(run);
  }

  /** Time passes; the watch runs at its end, and what failed comes again. */
  async pass(minutes: number): Promise<void> {
    this.at += minutes * minute;
    for (const run of this.#later.splice(0)) await this.#orLater(run);
    await this.inspect();
    await this.#process((deps) => makeWatch(deps)()).catch(() => dead);
  }
}
