import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { serveWebhooks } from '../../../infra/lab/systems/webhooks/serve';
import { percentile } from '../statistics';
import { benchRoutes, eventOf, secrets } from './events';

export interface Freshness {
  /** Seconds from 202 until a query finds the event. */
  readonly p50: number;
  readonly p95: number;
}

/** Posts events to `muster webhooks serve`, which loads each second, and asks its database again and again for them. */
export async function measureFreshness(events: number): Promise<Freshness> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-bench-'));
  // Not for its owner alone: PostgreSQL, started by root, runs as another user.
  chmodSync(folder, 0o711);
  const [routesFile, secretsFile] = [join(folder, 'routes.json'), join(folder, 'secrets.json')];
  writeFileSync(routesFile, JSON.stringify(benchRoutes));
  writeFileSync(secretsFile, JSON.stringify({ bench: (await secrets.read())[0] }));
  const stop = new AbortController();
  let serving: Promise<void> = Promise.resolve();
  const ready = new Promise<{ url: string; postgres: string }>((resolve, reject) => {
    const say = (line: string) => {
      if (line.includes('"ready"')) resolve(JSON.parse(line) as { url: string; postgres: string });
    };
    const where = { folder: join(folder, 'data'), routesFile, secretsFile };
    serving = serveWebhooks({ ...where, port: 0, host: '127.0.0.1', everySeconds: 1, signal: stop.signal, say });
    serving.catch(reject);
  });
  try {
    const { url, postgres } = await ready;
    const client = new pg.Client({ connectionString: postgres });
    await client.connect();
    const accepted = new Map<string, number>();
    const taken: number[] = [];
    const look = async () => {
      const { rows } = await client.query<{ event_id: string }>('SELECT event_id FROM webhooks.bench');
      const now = performance.now();
      for (const { event_id } of rows) {
        const since = accepted.get(event_id);
        if (since === undefined) continue;
        taken.push((now - since) / 1000);
        accepted.delete(event_id);
      }
    };
    for (let n = 0; n < events; n += 1) {
      const { body, headers } = eventOf(`evt_${n}`, 500);
      const response = await fetch(`${url}/hooks/bench`, { method: 'POST', body, headers });
      await response.text();
      accepted.set(`evt_${n}`, performance.now());
      if (n % 10 === 9) await look();
      await pause(10);
    }
    while (accepted.size > 0) {
      await pause(50);
      await look();
    }
    await client.end();
    return { p50: percentile(taken, 0.5), p95: percentile(taken, 0.95) };
  } finally {
    stop.abort();
    await serving;
    rmSync(folder, { recursive: true, force: true });
  }
}
