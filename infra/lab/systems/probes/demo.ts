import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { targetSchema, type Target } from '../../../../functions/probes/contracts/target';
import type { Report } from '../../../../functions/probes/contracts/result';
import { LabHome } from './home';
import { Proxy } from './proxy';
import { runRegion } from './region';

const regions = ['eu-central-1', 'us-east-1', 'ap-southeast-1'] as const;
const delays = [5, 20, 40];
const names = ['shop', 'api', 'docs'] as const;

/** What happens in which demo minute (from, until). */
const story = [
  { from: 4, until: 11, what: 'the server of shop answers 503' },
  { from: 20, until: 27, what: 'docs cannot be reached from ap-southeast-1' },
  { from: 31, until: 37, what: 'us-east-1 is cut off and sends nothing' },
  { from: 40, until: 58, what: 'the server of api comes and goes' },
] as const;
const lastMinute = 76;

export interface DemoProps {
  /** How long a minute of the demo takes. */
  readonly minuteMs: number;
  readonly port: number;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface DemoResult {
  readonly subjects: readonly string[];
  /** Each target's states, in the order in which they came. */
  readonly states: Readonly<Record<string, readonly string[]>>;
}

/** Three regions look through proxies at servers that really misbehave; minutes pass faster than on the wall. */
export async function demo({ minuteMs, port, say, signal }: DemoProps): Promise<DemoResult> {
  const begin = Math.floor(Date.now() / 60_000) * 60;
  let now = begin;
  const clock = { now: () => new Date(now * 1000) };
  const world = await World.open();
  const subjects: string[] = [];
  const targets = world.targetsFor(0);
  const home = new LabHome({
    clock,
    regions,
    targets,
    title: 'Demo',
    refreshSeconds: 2,
    send: async ({ subject, text }) => {
      subjects.push(subject);
      say(`  MAIL ${subject}\n${text.replace(/^/gm, '       | ').trimEnd()}`);
    },
  });
  const page = await home.serve(port);
  say(`Status page: ${page.url} (a minute of the demo takes ${minuteMs} ms)`);
  const states: Record<string, string[]> = {};
  try {
    for (let minute = 0; minute <= lastMinute && !signal.aborted; minute += 1) {
      const started = Date.now();
      for (const { from, what } of story) if (from === minute) say(`minute ${minute}: ${what}`);
      world.set(minute);
      now = begin + minute * 60;
      const reports = await Promise.all(regions.map((_, place) => world.report(place, now, clock)));
      now += 5;
      await home.judge(reports.flatMap((report) => (report === undefined ? [] : [{ report, queuedAt: now }])));
      now += 30;
      const { view } = await home.judge([]);
      for (const { id, status, down } of view.targets) {
        const seen = (states[id] ??= []);
        if (seen.at(-1) === status) continue;
        seen.push(status);
        say(
          `minute ${minute}: ${id} is ${status.toUpperCase()}${status === 'degraded' ? ` (${down.join(', ')})` : ''}`,
        );
      }
      await pause(Math.max(0, minuteMs - (Date.now() - started)));
    }
    return { subjects, states };
  } finally {
    page.close();
    world.close();
  }
}

class World {
  readonly #bad = new Set<string>();
  #silent: number | undefined;
  readonly #close: (() => void)[] = [];
  readonly #ways: { readonly name: string; readonly place: number; readonly proxy: Proxy; readonly port: number }[] =
    [];

  static async open(): Promise<World> {
    const world = new World();
    for (const name of names) {
      const server = createServer((_, response) => response.writeHead(world.#bad.has(name) ? 503 : 200).end(name));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      world.#close.push(() => server.close());
      for (const place of regions.keys()) {
        const proxy = new Proxy((server.address() as AddressInfo).port);
        proxy.delayMs = delays[place] ?? 0;
        world.#ways.push({ name, place, proxy, port: await proxy.listen() });
        world.#close.push(() => {
          proxy.close();
        });
      }
    }
    return world;
  }

  targetsFor(place: number): Target[] {
    return this.#ways
      .filter((way) => way.place === place)
      .map(({ name, port }) => targetSchema.parse({ id: name, url: `http://127.0.0.1:${port}/`, internal: true }));
  }

  set(minute: number): void {
    const [outage, regional, silent, flapping] = story;
    const during = ({ from, until }: { from: number; until: number }) => minute >= from && minute < until;
    this.#put('shop', during(outage));
    this.#put('api', during(flapping) && Math.floor((minute - flapping.from) / 3) % 2 === 0);
    this.#silent = during(silent) ? 1 : undefined;
    for (const { name, place, proxy } of this.#ways) proxy.cut = name === 'docs' && place === 2 && during(regional);
  }

  async report(place: number, slot: number, clock: { now: () => Date }): Promise<Report | undefined> {
    if (this.#silent === place) return undefined;
    const soon = () => pause(5);
    return runRegion({ region: regions[place] ?? '', slot, targets: this.targetsFor(place), clock, pause: soon });
  }

  close(): void {
    for (const close of this.#close) close();
  }

  #put(name: string, bad: boolean): void {
    if (bad) this.#bad.add(name);
    else this.#bad.delete(name);
  }
}
