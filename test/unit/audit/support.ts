import { gzipSync } from 'node:zlib';
import type { ConnectionRecord, UserRecord } from '../../../functions/audit/domain/logs/records';
import { renderRecord } from '../../../functions/audit/domain/logs/render';
import { defaultOptions } from '../../../functions/audit/domain/rules/options';
import type { ObjectRef } from '../../../functions/audit/ports/objects';
import { makeHandler } from '../../../functions/audit/triggers/inspect-log/handler';
import { makeHandler as makeWatch } from '../../../functions/audit/triggers/watch/handler';
import { defaultPolicy, type Book } from '../../../functions/shared/incidents/book';
import { memoryStore, type DocumentStore } from '../../../functions/shared/incidents/store';
import { jsonLogger } from '../../../functions/shared/runtime';
import type { Mail } from '../../../functions/shared/notify/letter';

export const start = Date.UTC(2026, 10, 26, 8);
export const minute = 60_000;

export function connection(event: string, at: number, more: Partial<ConnectionRecord> = {}): string {
  return renderRecord({
    log: 'connectionlog',
    event,
    at,
    host: '::ffff:198.51.100.7',
    port: '4711',
    pid: 100,
    database: 'dev',
    user: 'joe',
    authMethod: 'password',
    durationUs: 0,
    sslVersion: 'TLSv1.2',
    sslCipher: 'X',
    mtu: '0',
    sslCompression: '',
    sslExpansion: '',
    iamAuthGuid: '',
    application: '',
    os: '',
    driver: '',
    plugin: 'none',
    protocol: '0',
    session: '',
    columns: 21,
    ...more,
  });
}
export const failure = (at: number, more: Partial<ConnectionRecord> = {}) =>
  connection('authentication failure', at, more);

export function account(action: UserRecord['action'], at: number, more: Partial<UserRecord> = {}): string {
  return renderRecord({
    log: 'userlog',
    userId: 120,
    user: 'helper',
    oldUser: '',
    action,
    createDb: false,
    superuser: false,
    catalog: false,
    validUntil: '9223372036854775807',
    pid: 100,
    xid: 1,
    at,
    ...more,
  });
}

export const keyOf = (type: string, stamp = '2026-11-26T08:00') =>
  `AWSLogs/111122223333/redshift/eu-central-1/2026/11/26/111122223333_redshift_eu-central-1_main_${type}_${stamp}.gz`;
export const packed = (...lines: string[]) => gzipSync(lines.map((line) => `${line}\n`).join(''));

export class Killed extends Error {}

/** S3, a table, a mail server and a clock, in memory. `kill` says at which call to die, before or after its effect. */
export function world(kill?: { readonly call: number; readonly after: boolean }) {
  const clock = { at: start, now: () => new Date(clock.at) };
  const objects = new Map<string, { bytes: Buffer; etag: string }>();
  const mails: Mail[] = [];
  const store = memoryStore();
  let calls = 0;
  let limit = kill;
  const counted = async <Value>(run: () => Promise<Value>): Promise<Value> => {
    calls += 1;
    const dies = limit !== undefined && calls === limit.call;
    if (dies && limit?.after !== true) throw new Killed();
    const value = await run();
    if (dies) throw new Killed();
    return value;
  };
  const mortal: DocumentStore = {
    read: (name) => counted(() => store.read(name)),
    readMany: (names) => counted(() => store.readMany(names)),
    isMarked: (name) => counted(() => store.isMarked(name)),
    write: (changes, marks) => counted(() => store.write(changes, marks)),
  };
  const deps = {
    store: mortal,
    clock,
    log: jsonLogger(() => undefined),
    system: 'audit',
    mailer: { send: (mail: Mail) => counted(async () => void mails.push(mail)) },
    objects: {
      open: ({ key }: ObjectRef) =>
        counted(async () => {
          const found = objects.get(key);
          if (found === undefined) throw Object.assign(new Error('gone'), { name: 'NoSuchKey' });
          return { etag: found.etag, body: [found.bytes] as unknown as AsyncIterable<Uint8Array> };
        }),
    },
    options: defaultOptions,
    policy: { ...defaultPolicy, proofAt: 23 * 60 * minute },
  };
  const ages: number[] = [];
  const measured = {
    count: () => undefined,
    duration: (_: string, milliseconds: number) => void ages.push(milliseconds / 1000),
  };
  const message = (key: string) => ({
    messageId: key,
    body: JSON.stringify({
      'detail-type': 'Object Created',
      detail: { bucket: { name: 'b' }, object: { key, etag: objects.get(key)?.etag ?? 'e' } },
    }),
  });
  return {
    clock,
    mails,
    deps,
    message,
    calls: () => calls,
    live: () => (limit = undefined),
    put: (key: string, bytes: Buffer, etag = `etag of ${key}`) => void objects.set(key, { bytes, etag }),
    deliver: (...keys: string[]) => makeHandler(deps)({ Records: keys.map(message) }),
    handle: (body: unknown) => makeHandler(deps)({ Records: [{ messageId: 'm', body: JSON.stringify(body) }] }),
    watch: (clusters: readonly string[] = []) =>
      makeWatch({ ...deps, clusters, functionName: 'watch', metrics: measured })(),
    /** Ages of letters, s. */
    ages,
    book: async () => (await store.read('book audit'))?.value as Book,
    incidents: async () =>
      Object.values(((await store.read('book audit'))?.value as Book | undefined)?.incidents ?? {}),
  };
}
