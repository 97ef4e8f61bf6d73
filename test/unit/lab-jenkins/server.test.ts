import { VirtualClock } from '../../../infra/lab/kernel/clock';
import { createJenkinsStandIn, type JenkinsStandIn } from '../../../infra/lab/jenkins';
import { deploy, seeded, takenOffMs } from './lab';

const clock = new VirtualClock();
const job = '/job/web/job/deploy';
let jenkins: JenkinsStandIn;
let url: string;

beforeEach(async () => {
  jenkins = createJenkinsStandIn({ clock, random: seeded(), jobs: [deploy], contextPath: '/jenkins' });
  url = await jenkins.start();
});

afterEach(() => jenkins.stop());

function trigger(id: string): Promise<Response> {
  const body = new URLSearchParams({ ID: id });
  return clock.io(() => fetch(`${url}${job}/buildWithParameters`, { method: 'POST', body, redirect: 'manual' }));
}

const refused = { cause: { code: 'ECONNREFUSED' } };

describe('over HTTP', () => {
  test('the same things happen', async () => {
    const response = await trigger('größer & länger');
    expect(response.status).toBe(201);
    expect(response.headers.get('location')).toBe(`${url}/queue/item/1/`);
    await clock.advance(takenOffMs);
    const build = await (await fetch(`${url}${job}/1/api/json?tree=actions[parameters[value]]`)).json();
    expect(JSON.stringify(build)).toContain('größer & länger');
  });

  test('a lost response is a cut connection, and the build was requested', async () => {
    jenkins.faults.loseNextResponse();
    await expect(trigger('a')).rejects.toThrow('fetch failed');
    expect(jenkins.posts('web/deploy').created).toBe(1);
  });

  test('HEAD has the headers of GET and no body', async () => {
    const response = await fetch(`${url}/api/json`, { method: 'HEAD' });
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(100);
    expect(await response.text()).toBe('');
  });

  test('connections are refused in an outage, and taken again on the same port when it is over', async () => {
    await fetch(`${url}/api/json`);
    jenkins.outage({ kind: 'refused', forMs: 60_000 });
    await expect(fetch(`${url}/api/json`)).rejects.toMatchObject(refused);
    await clock.advance(60_000);
    expect((await fetch(`${url}/api/json`)).status).toBe(200);
  });

  test('a stopped stand-in stays stopped when an outage ends', async () => {
    jenkins.outage({ kind: 'refused', forMs: 60_000 });
    await jenkins.stop();
    await clock.advance(60_000);
    await expect(fetch(`${url}/api/json`)).rejects.toMatchObject(refused);
  });

  test('it can be given a port', async () => {
    const port = Number(new URL(url).port);
    await jenkins.stop();
    expect(await jenkins.start(port)).toBe(url);
  });
});
