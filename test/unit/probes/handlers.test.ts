import { parsePlan } from '../../../functions/probes/contracts/plan';
import type { LookMessage } from '../../../functions/probes/contracts/look-message';
import type { Report } from '../../../functions/probes/contracts/result';
import { lookAtAll, reportsOf } from '../../../functions/probes/operations/look-run';
import { makeHandler as makeJudge } from '../../../functions/probes/triggers/judge/handler';
import { makeHandler as makeLook } from '../../../functions/probes/triggers/look/handler';
import { makeHandler as makePublish } from '../../../functions/probes/triggers/publish-page/handler';
import { makeHandler as makeStart } from '../../../functions/probes/triggers/start-looks/handler';
import { defaultPolicy } from '../../../functions/shared/incidents/book';
import { memoryStore } from '../../../functions/shared/incidents/store';
import { jsonLogger } from '../../../functions/shared/runtime';
import type { Mail } from '../../../functions/shared/notify/letter';
import { at, found, run, type Sight } from './judging';

const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
const planOf = (targets: object[], regions = ['a', 'b', 'c']) =>
  parsePlan(JSON.stringify({ version: 1, title: 'Status', regions, targets }));
const shop = { id: 'shop', url: 'https://shop.example.com/' };
const records = (bodies: unknown[], sentAt = at(0)) => ({
  Records: bodies.map((body, place) => ({
    messageId: String(place),
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: { SentTimestamp: String(sentAt * 1000) },
  })),
});

describe('start-looks', () => {
  const asked = async (targets: object[], scheduledTime: string, calledAt = scheduledTime) => {
    const sent: { message: LookMessage; delaySeconds: number }[] = [];
    const looks = { send: async (messages: readonly (typeof sent)[number][]) => void sent.push(...messages) };
    const clock = { now: () => new Date(calledAt) };
    await makeStart({ clock, plan: planOf(targets), looks })({ scheduledTime });
    return sent.map(({ message, delaySeconds }) => `${message.slot.slice(11, 19)} +${delaySeconds}`);
  };

  test('asks once a minute, and more often for targets that want it', async () => {
    expect(await asked([shop], '2026-03-01T00:07:00Z')).toEqual(['00:08:00 +60']);
    expect(await asked([{ ...shop, intervalSeconds: 30 }], '2026-03-01T00:07:00Z')).toEqual([
      '00:08:00 +60',
      '00:08:30 +90',
    ]);
    expect(await asked([{ ...shop, intervalSeconds: 10 }], '2026-03-01T00:07:00Z')).toHaveLength(6);
  });

  test('however late it is called, the looks begin in their own second; too late, at once', async () => {
    const thirty = [{ ...shop, intervalSeconds: 30 }];
    const late = (calledAt: string) => asked(thirty, '2026-03-01T00:07:00Z', calledAt);
    expect(await late('2026-03-01T00:07:58.700Z')).toEqual(['00:08:00 +2', '00:08:30 +32']);
    expect(await late('2026-03-01T00:08:10Z')).toEqual(['00:08:00 +0', '00:08:30 +20']);
    // A clock that is an hour behind: no delay that the queue would refuse.
    expect(await late('2026-02-28T23:07:00Z')).toEqual(['00:08:00 +120', '00:08:30 +120']);
  });

  test('asks for the next minute’s own slot whenever the schedule is, and also when nothing is due', async () => {
    expect(await asked([shop], '2026-03-01T00:07:23Z')).toEqual(['00:08:00 +37']);
    expect(await asked([{ ...shop, intervalSeconds: 3600 }], '2026-03-01T00:07:00Z')).toEqual(['00:08:00 +60']);
    // Ninety seconds: each second one is between two minutes.
    const between = Math.ceil((at(0) - 30) / 180) * 180 + 90;
    expect(await asked([{ ...shop, intervalSeconds: 90 }], iso(between - 60))).toHaveLength(2);
  });

  test('refuses a call without the scheduler’s time', async () => {
    const deps = { clock: { now: () => new Date(0) }, plan: planOf([shop]), looks: { send: async () => undefined } };
    await expect(makeStart(deps)({})).rejects.toThrow();
  });
});

describe('look', () => {
  const region = (
    targets: object[],
    seen: Record<string, Sight>,
    { reachable = true, now = at(0) + 20, takes = 0 } = {},
  ) => {
    let time = now;
    const [reports, again, counted] = [
      [] as Report[],
      [] as { message: LookMessage; delaySeconds: number }[],
      [] as string[],
    ];
    const handler = makeLook({
      clock: { now: () => new Date(time * 1000) },
      log: jsonLogger(() => undefined),
      metrics: { count: (name) => void counted.push(name), duration: () => undefined },
      plan: planOf(targets),
      region: 'a',
      deployment: 'muster',
      prober: {
        look: async ({ id }) => {
          time += takes;
          return found(id, seen[id]!);
        },
      },
      pause: async () => undefined,
      looks: { send: async (messages) => void again.push(...messages) },
      reports: {
        send: async (report) => {
          if (!reachable) throw new TypeError('home is away');
          reports.push(report);
        },
      },
    });
    return {
      reports,
      again,
      counted,
      ask: (message: object) => handler(records([{ version: 1, slot: iso(at(0)), ...message }])),
    };
  };
  const api = { id: 'api', url: 'https://api.example.com/' };

  test('reports all targets, and asks once more for those that are down, five and then ten seconds later', async () => {
    const { reports, again, ask } = region([shop, api], { shop: 'bad', api: 'up' });
    await ask({ attempt: 1 });
    expect(reports[0]!.results.map(({ target, up, attempts }) => [target, up, attempts])).toEqual([
      ['shop', false, 1],
      ['api', true, 1],
    ]);
    await ask(again[0]!.message);
    await ask(again[1]!.message);
    expect(again.map(({ message, delaySeconds }) => [message.attempt, message.targets, delaySeconds])).toEqual([
      [2, ['shop'], 5],
      [3, ['shop'], 10],
    ]);
    expect(reports.at(-1)!.results).toMatchObject([{ target: 'shop', up: false, attempts: 3 }]);
    expect(new Set(reports.map(({ slot }) => slot)).size).toBe(1);
  });

  test.each([
    ['is refused at once', 0, [5, 10]],
    ['waits for a connection', 4, [1, 6]],
    ['waits for all of an answer', 15, [0, 0]],
  ])('the pause begins with the look before: one that %s is certain within the minute', async (_, takes, delays) => {
    const { again, ask } = region([shop], { shop: 'bad' }, { takes });
    await ask({ attempt: 1 });
    await ask(again[0]!.message);
    await ask(again[1]!.message);
    expect(again.map(({ delaySeconds }) => delaySeconds)).toEqual(delays);
  });

  test.each<[string, object, Sight]>([
    ['the next slot is near', { ...shop, intervalSeconds: 10 }, 'bad'],
    ['it could not look', shop, 'none'],
    ['it is up', shop, 'up'],
  ])('asks for nothing more where %s', async (_, target, seen) => {
    const { again, ask } = region([target], { shop: seen });
    await ask({ attempt: 1 });
    expect(again).toEqual([]);
  });

  test('reports that it lives, also when nothing is due', async () => {
    const { reports, counted, ask } = region([{ ...shop, intervalSeconds: 3600 }], { shop: 'up' });
    await ask({ attempt: 1, slot: iso(at(7)) });
    expect(reports).toMatchObject([{ region: 'a', results: [] }]);
    expect(counted).toEqual(['Reports']);
  });

  test('with home out of reach it fails, counts no heartbeat, and looks again all the same', async () => {
    const { again, counted, ask } = region([shop], { shop: 'bad' }, { reachable: false });
    await expect(ask({ attempt: 1 })).rejects.toThrow('home is away');
    expect(counted).toEqual([]);
    expect(again).toHaveLength(1);
  });

  test('makes no look for a slot that is long past', async () => {
    const { reports, ask } = region([shop], { shop: 'up' }, { now: at(4) });
    await ask({ attempt: 1 });
    expect(reports).toEqual([]);
  });

  test('shows what cannot be looked at, and looks at all others', async () => {
    const { reports, ask } = region([{ id: 'broken', url: 'shop' }, shop], { shop: 'up' });
    await ask({ attempt: 1 });
    expect(reports[0]!.results).toMatchObject([
      { target: 'shop', up: true },
      { target: 'broken', up: false, reason: 'config_error', detail: expect.stringContaining('url') as string },
    ]);
  });
});

describe('many looks', () => {
  const targets = planOf(Array.from({ length: 50 }, (_, n) => ({ ...shop, id: `t${n}` }))).targets;

  test('no more than five begin at once, and those that only wait hold up none', async () => {
    const ends: (() => void)[] = [];
    let begun = 0;
    let waits: (() => void)[] = [];
    const prober = {
      look: async ({ id }: { id: string }) => {
        begun += 1;
        await new Promise<void>((resolve) => ends.push(resolve));
        return found(id, 'up');
      },
    };
    // What is between two that begin passes at once.
    const pause = (ms: number) =>
      ms < 100 ? Promise.resolve() : new Promise<void>((resolve) => void waits.push(resolve));
    const all = lookAtAll(prober, targets, pause);
    for (let turn = 1; turn <= 10; turn += 1) {
      for (let tick = 0; tick < 50; tick += 1) await Promise.resolve();
      expect(begun).toBe(turn * 5);
      const now = waits;
      waits = [];
      for (const resolve of now) resolve();
      for (let tick = 0; tick < 50; tick += 1) await Promise.resolve();
    }
    // Ten times five began, though none has ended.
    expect(begun).toBe(50);
    for (const end of ends) end();
    expect((await all).map(({ target }) => target)).toEqual(targets.map(({ id }) => id));
  });

  test('begin one by one: the next when the one before has asked, or is over, or takes too long to', async () => {
    const events: string[] = [];
    const asking: (() => void)[] = [];
    const ending: (() => void)[] = [];
    const prober = {
      look: async ({ id }: { id: string }, asked: () => void = () => undefined) => {
        events.push(id);
        asking.push(asked);
        await new Promise<void>((resolve) => ending.push(resolve));
        return found(id, 'up');
      },
    };
    const waits: (() => void)[] = [];
    const pause = (ms: number) =>
      ms < 100 ? new Promise<void>((resolve) => void waits.push(resolve)) : new Promise<void>(() => undefined);
    const settled = async () => {
      for (let tick = 0; tick < 50; tick += 1) await Promise.resolve();
      return events.length;
    };
    void lookAtAll(prober, targets.slice(0, 5), pause);
    expect(await settled()).toBe(1);
    asking[0]?.();
    expect(await settled()).toBe(2);
    ending[1]?.();
    expect(await settled()).toBe(3);
    waits[2]?.();
    expect(await settled()).toBe(4);
  });

  test('fit into messages of SQS with any content', () => {
    const clock = { now: () => new Date(0) };
    const long = targets.map(({ id }) => ({ ...found(id, 'down'), detail: 'ü'.repeat(500) }));
    const reports = reportsOf(
      { region: 'a', slot: iso(0), clock },
      Array.from({ length: 1000 }, (_, at) => long[at % 50]!),
    );
    expect(reports.flatMap(({ results }) => results)).toHaveLength(1000);
    for (const one of reports) expect(Buffer.byteLength(JSON.stringify(one))).toBeLessThan(1_048_576);
  });
});

describe('home', () => {
  const make = (targets: object[] = [shop]) => {
    const mails: Mail[] = [];
    const counted: Record<string, number> = {};
    const state = { now: at(0) };
    const page: Record<string, string> = {};
    const store = memoryStore();
    const deps = {
      clock: { now: () => new Date(state.now * 1000) },
      log: jsonLogger(() => undefined),
      metrics: {
        count: (name: string, value: number, dimensions: Readonly<Record<string, string>>) =>
          void (counted[[name, ...Object.values(dimensions).slice(1)].join(' ')] = value),
        duration: () => undefined,
      },
      plan: planOf(targets),
      policy: defaultPolicy,
      deployment: 'muster',
      system: 'probes',
      store,
      mailer: { send: async (mail: Mail) => void mails.push(mail) },
    };
    const judge = makeJudge(deps);
    const publish = makePublish({ ...deps, page: { put: async (file, content) => void (page[file] = content) } });
    const minute = async (one: number, seen: Record<string, Sight>) => {
      state.now = at(one) + 5;
      await judge(
        records(
          ['a', 'b', 'c'].map((region) => run(region, at(one), seen)),
          at(one),
        ),
      );
      state.now = at(one) + 30;
      await judge({});
    };
    return { mails, counted, state, page, judge, publish, minute };
  };

  test('judges a batch in any order, gives back only what is no report, and tells once', async () => {
    const { mails, judge, minute, state } = make();
    for (let one = 0; one < 4; one += 1) await minute(one, { shop: 'up' });
    state.now = at(6);
    const batch = [5, 4].flatMap((one) => ['c', 'a', 'b'].map((region) => run(region, at(one), { shop: 'down' })));
    const { batchItemFailures } = await judge(records([...batch, 'no JSON', { version: 2 }]));
    expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(['6', '7']);
    await judge(records(batch));
    expect(mails.map(({ text }) => /shop is down/.test(text))).toEqual([true]);
  });

  test('all regions silent: each is named, all is unknown, and the metrics say so', async () => {
    const { counted, state, judge, publish, page, minute } = make();
    await minute(0, { shop: 'up' });
    expect(counted).toMatchObject({ FreshRegions: 3, UnknownTargets: 0, 'RegionSilent a': 0 });
    state.now = at(20);
    await judge({});
    expect(counted).toMatchObject({ FreshRegions: 0, UnknownTargets: 1, 'RegionSilent a': 1, LettersWaiting: 0 });
    await publish();
    expect(JSON.parse(page['status.json']!)).toMatchObject({ targets: [{ id: 'shop', status: 'unknown' }] });
    expect(page['index.html']).toContain('Unknown');
  });

  test('a target that cannot be looked at is shown as that, and the others are judged', async () => {
    const { minute, publish, page } = make([{ id: 'broken', url: 'shop' }, shop]);
    for (let one = 0; one < 4; one += 1) await minute(one, { shop: 'up', broken: 'none' });
    await publish();
    const { targets } = JSON.parse(page['status.json']!) as { targets: object[] };
    expect(targets).toMatchObject([
      { id: 'shop', status: 'up', notLooked: [] },
      { id: 'broken', status: 'unknown', notLooked: [{ region: 'a', reason: 'probe_overload' }, {}, {}] },
    ]);
    expect(page['index.html']).toContain('the probe itself was too busy to decide');
  });
});
