import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { reportSchema, type Report } from '../../../../functions/probes/contracts/result';
import type { PlanFile } from '../../../../functions/probes/contracts/plan';
import { randomStream } from '../../kernel/random';
import { Proxy, type ConnectionMode } from './proxy';
import { RegionProcess } from './regions';

export const regions = ['eu-central-1', 'us-east-1', 'ap-southeast-1'] as const;
export type DemoRegion = (typeof regions)[number];
const delays = [5, 20, 40];
const losses = [0, 0.02, 0.1];

/** How a server behaves: well, with 503, or by resetting the connection in the middle of its answer. */
export type ServerBehaviour = 'well' | 'unavailable' | 'resets';
export const servers = ['shop', 'api', 'docs'] as const;
export type ServerName = (typeof servers)[number];

const trialRounds = 3;
/** How long an answer may take at least and at most, in ms: this machine's own business is not to be taken for an outage. */
const [shortestMs, longestMs] = [250, 8_000];
/** By the good looks of the last five minutes or so. */
const remembered = 50;
const timesUsual = 5;

/**
 * Five times what nine of ten good looks take. What does not answer is waited for so long, and no longer; a look that is late
 * all the same is created again.
 */
function limitFor(millis: readonly number[]): number {
  const sorted = [...millis].sort((one, other) => one - other);
  const usual = sorted[Math.floor(0.9 * sorted.length)] ?? longestMs;
  return Math.min(longestMs, Math.max(shortestMs, Math.round(timesUsual * usual)));
}

/** Servers that misbehave, regions that are processes, and the ways between them and to home, each of which can break. */
export class DemoWorld {
  readonly behaviour: Record<ServerName, ServerBehaviour> = { shop: 'well', api: 'well', docs: 'well' };
  readonly #received: Report[] = [];
  readonly #close: (() => void)[] = [];
  readonly #ways = new Map<string, { readonly proxy: Proxy; readonly port: number }>();
  #processes: readonly RegionProcess[] = [];
  /** Of good looks lately. */
  #millis: readonly number[] = [];

  /** All is well then, and it is known how long a good look takes on this machine. */
  static async open(): Promise<DemoWorld> {
    const world = new DemoWorld();
    for (const name of servers)
      await world.#between(name, await world.#serve((_, response) => world.#answer(name, response)));
    await world.#between('home', await world.#serve((request, response) => void world.#take(request, response)));
    world.#processes = await Promise.all(regions.map(() => RegionProcess.start()));
    world.#close.push(() => world.#processes.forEach((one) => one.close()));
    for (let round = 0; round < trialRounds; round += 1) {
      // The first ones are of processes that have just begun.
      world.#millis = [];
      await world.look(round * 60);
    }
    return world;
  }

  /** How the way from a region to a server, or to home, is from now on. */
  setWay(region: DemoRegion, to: ServerName | 'home', way: ConnectionMode): void {
    const found = this.#ways.get(`${region} ${to}`);
    if (found !== undefined) found.proxy.way = way;
  }

  /** All regions look. @returns what reached home, and the regions that say of themselves that nothing did. */
  async look(slot: number): Promise<{ readonly reports: readonly Report[]; readonly cutOff: readonly DemoRegion[] }> {
    const firstByteMs = limitFor(this.#millis);
    const answers = await Promise.all(
      this.#processes.map((one, place) => {
        const region = regions[place] ?? regions[0];
        return one.run({
          region,
          plan: this.#planOf(region),
          slot,
          now: slot + 2,
          homePort: this.#portOf(region, 'home'),
          firstByteMs,
        });
      }),
    );
    const cutOff = regions.filter((_, place) => answers[place]?.reported !== true);
    const reports = this.#received.splice(0);
    const good = reports.flatMap(({ results }) => results.filter(({ up }) => up));
    this.#millis = [...this.#millis, ...good.map(({ totalMicros }) => totalMicros / 1000)].slice(-remembered);
    return { reports, cutOff };
  }

  /** Each region looks at the same targets, by its own ways. */
  #planOf(region: DemoRegion): PlanFile {
    const targets = servers.map((id) => ({
      id,
      url: `http://127.0.0.1:${this.#portOf(region, id)}/`,
      internal: true,
    }));
    return { version: 1, title: 'Demo', regions: [...regions], targets };
  }

  #portOf(region: DemoRegion, to: ServerName | 'home'): number {
    return this.#ways.get(`${region} ${to}`)?.port ?? 0;
  }

  close(): void {
    for (const close of this.#close) close();
  }

  #answer(name: ServerName, response: ServerResponse): void {
    const how = this.behaviour[name];
    if (how === 'unavailable') response.writeHead(503).end('not today\n');
    else if (how === 'well') response.end(`${name} is well\n`);
    else {
      response.writeHead(200, { 'content-length': '1000' }).write('half of an ans');
      setTimeout(() => response.socket?.resetAndDestroy(), 5);
    }
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const part of request) body += String(part);
    this.#received.push(reportSchema.parse(JSON.parse(body)));
    response.end();
  }

  async #serve(listener: (request: IncomingMessage, response: ServerResponse) => void): Promise<number> {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.#close.push(() => {
      server.close();
      server.closeAllConnections();
    });
    return (server.address() as AddressInfo).port;
  }

  async #between(to: ServerName | 'home', port: number): Promise<void> {
    for (const [place, region] of regions.entries()) {
      const proxy = new Proxy(port, randomStream(`${region} ${to}`, 1));
      proxy.delayMs = delays[place] ?? 0;
      if (to !== 'home') proxy.loss = losses[place] ?? 0;
      this.#ways.set(`${region} ${to}`, { proxy, port: await proxy.listen() });
      this.#close.push(() => proxy.close());
    }
  }
}
