import { defaultPolicy } from '../../../functions/shared/incidents/book';
import { sendLetters } from '../../../functions/shared/incidents/notifier';
import { memoryStore } from '../../../functions/shared/incidents/store';
import { jsonLogger } from '../../../functions/shared/runtime';
import type { Mail } from '../../../functions/shared/notify/letter';
import { statusPage } from '../../../functions/probes/domain/page/html';
import { statusFile } from '../../../functions/probes/domain/page/status';
import { judgeReports } from '../../../functions/probes/operations/judge-reports';
import { at, config, run, type Sight } from './judging';

/** The home side over a store in memory: judge, book and mail. */
class Home {
  now = at(0);
  readonly mails: Mail[] = [];
  mailWorks = true;
  readonly deps = {
    store: memoryStore(),
    clock: { now: () => new Date(this.now * 1000) },
    log: jsonLogger(() => undefined),
    system: 'probes',
    config: config(),
    policy: defaultPolicy,
  };
  readonly mailer = {
    send: async (mail: Mail) => {
      if (!this.mailWorks) throw new TypeError('no mail today');
      this.mails.push(mail);
    },
  };

  async minutes(from: number, until: number, seen: Sight): Promise<void> {
    for (let minute = from; minute < until; minute += 1) {
      for (const region of this.deps.config.regions) {
        this.now = at(minute) + 5;
        await judgeReports(this.deps, [{ report: run(region, at(minute), seen), queuedAt: this.now }]);
      }
      this.now = at(minute) + 30;
      await judgeReports(this.deps, []);
      await sendLetters({ ...this.deps, mailer: this.mailer });
    }
  }
}

const about = (home: Home, words: string) => home.mails.filter(({ text }) => text.includes(words)).length;

test('an outage is one mail when it begins, and one when it is over', async () => {
  const home = new Home();
  await home.minutes(0, 5, 'up');
  await home.minutes(5, 15, 'down');
  expect(home.mails).toHaveLength(1);
  expect(home.mails[0]!.text).toContain('shop is down');
  await home.minutes(15, 40, 'up');
  expect(home.mails).toHaveLength(2);
  expect(home.mails[1]!.text).toContain('up again');
  expect(home.mails.map(({ subject }) => /over: /.test(subject))).toEqual([false, true]);
  expect(home.mails[1]!.text).toContain('An incident is over.');
});

test('while mail is down the incident is kept, and told when mail works again', async () => {
  const home = new Home();
  home.mailWorks = false;
  await home.minutes(0, 5, 'up');
  await home.minutes(5, 20, 'down');
  expect(home.mails).toEqual([]);
  home.mailWorks = true;
  await home.minutes(20, 40, 'down');
  expect(about(home, 'shop is down')).toBeGreaterThanOrEqual(1);
  expect(new Set(home.mails.map(({ id }) => id)).size).toBe(home.mails.length);
});

test('a judge that was down for an hour writes one letter about what is past', async () => {
  const home = new Home();
  await home.minutes(0, 10, 'up');
  home.now = at(75);
  const missed = [];
  for (let minute = 10; minute < 75; minute += 1)
    for (const region of home.deps.config.regions)
      missed.push({
        report: run(region, at(minute), minute >= 20 && minute < 40 ? 'down' : 'up'),
        queuedAt: at(minute),
      });
  for (let place = 0; place < missed.length; place += 10)
    await judgeReports(home.deps, missed.slice(place, place + 10));
  await home.minutes(75, 110, 'up');
  expect(home.mails).toHaveLength(1);
  expect(home.mails[0]!.text).toContain('shop was down');
});

test('the same reports again, as after a kill, write nothing more', async () => {
  const home = new Home();
  await home.minutes(0, 5, 'up');
  await home.minutes(5, 8, 'down');
  await home.minutes(5, 8, 'down');
  expect(home.mails).toHaveLength(1);
});

describe('the page', () => {
  const made = async (name: string) => {
    const home = new Home();
    await home.minutes(0, 5, 'up');
    await home.minutes(5, 8, 'down');
    const { state, view } = await judgeReports(home.deps, []);
    const status = statusFile(state, view, { shop: name });
    return { status, html: statusPage(status, 'Status') };
  };

  test('has no script and nothing from elsewhere, and says how old its data is', async () => {
    const { html, status } = await made('Shop');
    expect(html).not.toMatch(/<script|javascript:|https?:\/\//i);
    expect(html).toContain('class="state down">Down');
    expect(html).toMatch(/30 s old when this page was made/);
    expect(status.targets[0]!.days).toHaveLength(90);
    expect(status.targets[0]!.uptime).toBeLessThan(1);
    expect(status.targets[0]!.latency.map(({ region }) => region)).toEqual(['a', 'b', 'c']);
    expect(html).toContain('the connection was refused');
  });

  test.each([
    [119, '119 s'],
    [120, '2 min'],
    [7_265, '2 h 1 min'],
    [200_000, '2 days'],
  ])('says of data of %i seconds: %s', async (age, words) => {
    const { status } = await made('Shop');
    const madeAt = new Date(Date.parse(status.dataAt!) + age * 1000).toISOString();
    const html = statusPage({ ...status, madeAt }, 'Status');
    expect(html).toContain(`${words} old`);
    // Of what is no news any more that is not said by the way.
    expect(html.includes('<b class="degraded">')).toBe(age > 300);
  });

  test('shows a hostile name as text', async () => {
    const { html } = await made('<img src=x onerror=alert(1)>"\u202e');
    expect(html).not.toContain('<img');
    expect(html).not.toContain('\u202e');
  });

  test('without any data says unknown', async () => {
    const home = new Home();
    const { state, view } = await judgeReports(home.deps, []);
    const html = statusPage(statusFile(state, view, {}), 'Status');
    expect(html).toContain('No data yet');
    expect(html).toContain('class="state unknown">Unknown');
  });
});
