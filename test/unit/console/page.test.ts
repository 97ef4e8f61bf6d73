import type { Hono } from 'hono';
import { pageApp } from '../../../infra/console/page/app';
import { Guard } from '../../../infra/console/page/guard';
import { worldOfLab } from '../../../infra/console/world-lab';
import type { Lab } from '../../../infra/lab/systems/fleet/lab';
import { buildsEndAs } from '../../support/failures';
import { launch, settle, stateOf, withLab } from '../../support/run-lab';

const host = '127.0.0.1:4711';

interface Browser {
  readonly app: Hono;
  readonly get: (
    path: string,
    headers?: Record<string, string>,
  ) => Promise<{ status: number; text: string; headers: Headers }>;
  readonly post: (
    path: string,
    form: Record<string, string>,
    headers?: Record<string, string>,
  ) => Promise<{ status: number; text: string }>;
  readonly token: (path: string) => Promise<string>;
  readonly events: () => Promise<{ next: () => Promise<string>; end: () => Promise<void> }>;
}

/** A browser that was let in by the link, as far as the page is concerned. */
async function open(lab: Lab): Promise<Browser> {
  const guard = new Guard(4711);
  const app = pageApp({ world: worldOfLab(lab), guard, everyMs: 20 });
  const opened = await app.request(`/open?link=${guard.link}`, { headers: { host } });
  const cookie = opened.headers.get('set-cookie')!.split(';')[0]!;
  const get: Browser['get'] = async (path, headers = {}) => {
    const answer = await app.request(path, { headers: { host, cookie, ...headers } });
    return { status: answer.status, text: await answer.text(), headers: answer.headers };
  };
  const post: Browser['post'] = async (path, form, headers = {}) => {
    const body = new URLSearchParams(form);
    const answer = await app.request(path, {
      method: 'POST',
      body,
      headers: { host, cookie, origin: `http://${host}`, ...headers },
    });
    return { status: answer.status, text: await answer.text() };
  };
  const token = async (path: string) => /name="token" value="([^"]+)"/.exec((await get(path)).text)![1]!;
  const events: Browser['events'] = async () => {
    const answer = await app.request('/events', { headers: { host, cookie } });
    const reader = answer.body!.getReader();
    const next = async () => new TextDecoder().decode((await reader.read()).value as Uint8Array);
    return { next, end: () => reader.cancel() };
  };
  return { app, get, post, token, events };
}

async function withFailure(use: (browser: Browser, lab: Lab, id: string) => Promise<void>): Promise<void> {
  await withLab({ reachedOver: 'http' }, async (lab) => {
    lab.addGroup('web');
    buildsEndAs(lab, 'deploy', 'FAILURE');
    const [id] = await launch(lab);
    await use(await open(lab), lab, id!);
  });
}

test('a failed deploy is read and retried on the page, and comes into service', () =>
  withFailure(async ({ get, post, token }, lab, id) => {
    expect((await get('/')).text).toMatch(/class="bad"[^]*web-01[^]*on hold 60 min more/);
    const shown = (await get(`/instances/web/${id}`)).text;
    expect(shown).toContain('Finished: FAILURE');
    expect(shown).toContain('Next (operator):');
    const query = `group=web&instance=${id}`;
    expect((await get(`/log?${query}`)).text).toMatch(/<pre tabindex="0"[^>]*>[^<]*Finished: FAILURE/);
    // A page that asks has done nothing.
    const confirm = `/confirm/retry?${query}`;
    expect((await get(confirm)).text).toContain('action="/do/retry"');
    expect((await get(confirm)).text).toContain(`Run the failed step of web-01 (${id}) of web again?`);
    // Pressed twice, the key that led there retries; it does not abandon.
    expect((await get(confirm)).text).toMatch(/autofocus[^>]*>\s*retry/);
    expect((await get(`/confirm/abandon?${query}`)).text).toMatch(/autofocus[^>]*>\s*Back/);
    expect((await get(`/confirm/hold?${query}`)).text).toMatch(/name="for"[^>]*autofocus/);
    // A lab's executions are in no console of AWS.
    expect(shown).not.toContain('console.aws');
    expect(stateOf(lab, id)).toBe('Pending:Wait');
    const done = await post('/do/retry', { group: 'web', instance: id, token: await token(confirm) });
    expect(done).toMatchObject({
      status: 200,
      text: expect.stringContaining('continues at the step that failed') as string,
    });
    await settle(lab);
    expect(stateOf(lab, id)).toBe('InService');
    const group = (await get('/groups/web')).text;
    expect(group).toMatch(/Time to service of the last launches[^]*Provision/);
    expect(group).toMatch(/Which instance had which number[^]*web-01/);
    // Also for a reader who does not see the bars, and where a phone's style takes the table apart.
    expect(group).toMatch(/aria-label="Claim index \d[^"]*Deploy \d[^"]*Put in service \d/);
    expect(group).toMatch(/role="columnheader"[^]*role="row"[^]*role="cell"/);
  }));

test('what cannot be done is said in one sentence, as text', () =>
  withFailure(async ({ get, post, token }, _, id) => {
    const csrf = await token(`/confirm/retry?group=web&instance=${id}`);
    const refused = await post('/do/retry', { group: 'web', instance: '<script>x</script>', token: csrf });
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('&lt;script&gt;');
    expect(refused.text).not.toContain('<script>x');
    expect((await get('/groups/nope')).status).toBe(409);
    expect((await get('/nowhere')).status).toBe(404);
    expect((await get('/confirm/delete?group=web')).status).toBe(404);
    expect((await post('/do/hold', { group: 'web', instance: id, for: '?', token: csrf })).text).toContain(
      '--for takes a time',
    );
  }));

describe('a page of another site', () => {
  test.each([
    ['under another name for this machine', { host: 'muster.evil.example' }],
    ['under another port', { host: '127.0.0.1:80' }],
    ['without a host', { host: '' }],
  ])('%s gets nothing', (_, headers) =>
    withFailure(async ({ get }) => {
      const answer = await get('/', headers);
      expect(answer.status).toBe(403);
      expect(answer.text).not.toContain('web-01');
    }),
  );

  test.each([
    ['another origin', { origin: 'https://evil.example' }, true],
    ['a null origin', { origin: 'null' }, true],
    ['this machine under another port', { origin: 'http://127.0.0.1:80' }, true],
    ['no token', {}, false],
  ])('with %s changes nothing', (_, headers, hasToken) =>
    withFailure(async ({ post, token, app }, lab, id) => {
      const csrf = hasToken ? await token(`/confirm/abandon?group=web&instance=${id}`) : 'guess';
      for (const path of ['/do/abandon', '/lab/scale-out']) {
        const answer = await post(path, { group: 'web', instance: id, token: csrf }, headers);
        expect(answer.status).toBe(403);
      }
      // By a link or an image, neither.
      expect((await app.request(`/do/abandon?group=web&instance=${id}`, { headers: { host } })).status).toBe(401);
      await settle(lab);
      expect(stateOf(lab, id)).toBe('Pending:Wait');
      expect(lab.region.autoScaling.world.group('web').desired).toBe(1);
    }),
  );

  test('without the link does not come in, and a link lets one browser in', () =>
    withFailure(async (_, lab) => {
      const guard = new Guard(4711);
      const app = pageApp({ world: worldOfLab(lab), guard });
      expect((await app.request('/', { headers: { host } })).status).toBe(401);
      expect((await app.request('/open?link=guess', { headers: { host } })).status).toBe(401);
      const { link } = guard;
      expect((await app.request(`/open?link=${link}`, { headers: { host } })).status).toBe(303);
      expect((await app.request(`/open?link=${link}`, { headers: { host } })).status).toBe(401);
      expect(guard.link).not.toBe(link);
    }));
});

test('nothing comes from outside, nothing may frame it, and no credential is on it', () =>
  withFailure(async ({ get }, lab, id) => {
    for (const path of ['/', `/instances/web/${id}`, '/groups/web']) {
      const { text, headers } = await get(path);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(text).not.toMatch(/(src|href)="(https?:)?\/\/(?!127\.0\.0\.1|console\.aws)/);
      expect(text).not.toContain('lab-token');
      expect(text).not.toMatch(/ style=| on\w+=/);
    }
    expect(lab.jenkins).toBeDefined();
  }));

test('what others have written is shown as text', () =>
  withFailure(async ({ get }, lab, id) => {
    const hold = (await lab.ledger.findHold('web', id))!;
    const hostile = '<img src=x onerror=alert(1)>\u001b[2J\u202e"\'&';
    await lab.ledger.saveHold({
      ...hold,
      revision: hold.revision + 1,
      error: hostile,
      reason: hostile,
      state: hostile,
    });
    for (const path of ['/', `/instances/web/${id}`]) {
      const { text } = await get(path);
      expect(text).not.toContain('<img');
      expect(text).not.toMatch(/\u202e/);
      expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;');
    }
  }));

test('changes are shown as they happen', () =>
  withFailure(async ({ events }, lab) => {
    const { next, end } = await events();
    expect(await next()).toContain('event: changed');
    lab.region.autoScaling.world.setDesiredCapacity('web', 2);
    await lab.clock.advance(20_000);
    expect(await next()).toContain('event: changed');
    await end();
  }));

test('500 members in 20 groups take a look at each group, and none at each member', () =>
  withLab({ reachedOver: 'http' }, async (lab) => {
    for (let group = 1; group <= 20; group += 1) {
      lab.addGroup(`group-${group}`);
      for (let index = 1; index <= 25; index += 1) {
        const name = `group-${group}-${index}`;
        const instanceId = `i-${(group * 1000 + index).toString(16).padStart(17, '0')}`;
        await lab.ledger.claim({
          group: `group-${group}`,
          instanceId,
          index,
          name,
          execution: 'e',
          at: '2026-01-01T00:00:00.000Z',
        });
      }
    }
    const { get } = await open(lab);
    const [records, described] = [
      jest.spyOn(lab.ledger, 'records'),
      jest.spyOn(lab.region.autoScaling.api, 'describeAutoScalingGroups'),
    ];
    const { text } = await get('/');
    expect(text.match(/<li /g)).toHaveLength(500);
    expect(records).toHaveBeenCalledTimes(20);
    expect(described).toHaveBeenCalledTimes(1);
  }));
