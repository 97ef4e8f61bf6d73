import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createApp } from '../../../functions/webhooks/ingress/app';
import { SecretsCache } from '../../../functions/webhooks/ingress/secrets-cache';
import { readRoutes, type Route, type RouteInput } from '../../../functions/webhooks/contracts/routes';
import type { RouteRegistry, RouteSource } from '../../../functions/webhooks/ports/routes';
import { jsonLogger } from '../../../functions/shared/runtime';

export function routesOf(given: readonly RouteInput[]): readonly Route[] {
  const read = readRoutes(given);
  if ('routes' in read) return read.routes;
  throw new TypeError(JSON.stringify(read.mistakes));
}

/** Routes without a fault, as their source gives them: the same registry while they are the same. */
export function sourceOf(given: readonly Route[] | (() => Promise<readonly Route[]>)): RouteSource {
  let last: RouteRegistry | undefined;
  const read = async () => {
    const routes = typeof given === 'function' ? await given() : given;
    if (last?.routes !== routes) last = { routes, faults: [] };
    return last;
  };
  return { read, readAgain: read };
}

export interface MetricCounts {
  readonly name: string;
  readonly value: number;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** An application over a queue, a store and secrets in memory, all of which can be made to fail. */
export function ingress(given: readonly RouteInput[], secrets: Record<string, readonly string[]>) {
  const world = {
    now: new Date('2026-11-26T12:00:00.000Z'),
    sent: [] as string[],
    stored: new Map<string, Uint8Array>(),
    secretReads: [] as string[],
    lines: [] as string[],
    counts: [] as MetricCounts[],
    secrets,
    broken: { queue: false, store: false, secrets: false },
  };
  const clock = { now: () => world.now };
  const fail = () => {
    throw Object.assign(new Error('boom whsec_hidden'), { name: 'ServiceUnavailable' });
  };
  const source = {
    read: async (name: string) => {
      world.secretReads.push(name);
      return world.broken.secrets ? fail() : (world.secrets[name] ?? []);
    },
  };
  let ids = 0;
  const app = createApp(routesOf(given), {
    clock,
    log: jsonLogger((line) => void world.lines.push(line)),
    metrics: {
      count: (name, value, dimensions) => void world.counts.push({ name, value, dimensions }),
      duration: () => undefined,
    },
    newId: () => `m-${(ids += 1)}`,
    secrets: new SecretsCache(source, clock),
    queue: { send: async (body) => (world.broken.queue ? fail() : void world.sent.push(body)) },
    store: {
      put: async (key, body) => (world.broken.store ? fail() : void world.stored.set(key, body)),
      get: async (key) => world.stored.get(key),
      list: async () => [],
      remove: async (key) => void world.stored.delete(key),
    },
  });
  const post = (path: string, headers: Record<string, string>, body: string | Uint8Array, method = 'POST') =>
    app.fetch(new Request(`http://localhost${path}`, { method, headers, ...(method === 'POST' && { body }) }));
  return { world, app, post };
}

export interface ToSign {
  readonly kind: 'stripe' | 'github' | 'standard-webhooks';
  readonly secret: string;
  readonly id?: string;
  readonly timestamp?: number;
  readonly body: string;
}

/** Headers by the senders' own libraries. */
export function signed(all: readonly ToSign[]): Record<string, string>[] {
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(__dirname, 'sign.mjs')], {
    input: JSON.stringify(all),
    encoding: 'utf8',
    maxBuffer: 64_000_000,
  });
  if (status !== 0) throw new TypeError(stderr);
  return JSON.parse(stdout) as Record<string, string>[];
}
