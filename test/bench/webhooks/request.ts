import { randomUUID } from 'node:crypto';
import { jsonLogger, systemClock } from '../../../functions/shared/runtime';
import { createApp } from '../../../functions/webhooks/ingress/app';
import { SecretsCache } from '../../../functions/webhooks/ingress/secrets-cache';
import type { EventQueue } from '../../../functions/webhooks/ports/queue';
import { eventOf, routes, secrets } from './events';

const nothing = {
  put: async () => undefined,
  get: async () => undefined,
  list: async () => [],
  remove: async () => undefined,
};

/** The application over a queue, without metrics. */
export function appOver(queue: EventQueue) {
  return createApp(routes, {
    queue,
    store: nothing,
    secrets: new SecretsCache(secrets, systemClock),
    clock: systemClock,
    log: jsonLogger(() => undefined),
    metrics: { count: () => undefined, duration: () => undefined },
    newId: randomUUID,
  });
}

/** Microseconds of processor time for one request of so many bytes: route, signature, message into the queue. */
export async function cpuPerRequest(bytes: number, requests: number): Promise<number> {
  let last = '';
  const app = appOver({ send: async (body) => void (last = body) });
  const { body, headers } = eventOf('evt_1', bytes);
  const post = async () => {
    const response = await app.fetch(new Request('http://bench/hooks/bench', { method: 'POST', body, headers }));
    if (response.status !== 202) throw new TypeError(`answered with ${response.status}`);
  };
  for (let n = 0; n < 2_000; n += 1) await post();
  const before = process.cpuUsage();
  for (let n = 0; n < requests; n += 1) await post();
  const { user, system } = process.cpuUsage(before);
  if (!last.includes('evt_1')) throw new TypeError('the message is not what was posted');
  return (user + system) / requests;
}
