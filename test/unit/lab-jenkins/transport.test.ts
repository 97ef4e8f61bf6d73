import { createHttp, type Call, type CallOutcome } from '../../../functions/fleet/adapters/jenkins/transport/http';
import { VirtualClock } from '../../../infra/lab/kernel/clock';
import { createJenkinsStandIn, inProcess, type JenkinsStandIn } from '../../../infra/lab/jenkins';
import { deploy, seeded, takenOffMs } from './lab';

// The lab's client reaches the stand-in without axios and without a socket: what comes back must be what a server sends.

const credentials = { user: 'svc', token: 'a-token' };
const job = '/job/web/job/deploy';
const builds = 'builds[number,queueId,timestamp,actions[_class,parameters[name,value],causes[_class]]]{0,100}';

const calls: readonly (Omit<Call, 'url'> & { readonly path: string })[] = [
  { method: 'GET', path: `${job}/api/json`, query: { tree: builds } },
  {
    method: 'POST',
    path: `${job}/buildWithParameters`,
    query: { delay: '0sec' },
    form: { ID: 'größer & länger = 1+1?' },
  },
  { method: 'POST', path: `${job}/buildWithParameters`, form: { ID: "it's 50 %", COLOR: 'blue' } },
  { method: 'POST', path: `${job}/buildWithParameters`, form: { COLOR: 'red' } },
  { method: 'GET', path: '/queue/api/json', query: { tree: 'items[id,url,why,task[name,url]]' } },
  { method: 'GET', path: '/queue/item/1/api/json' },
  { method: 'GET', path: '/queue/item/99/api/json' },
  { method: 'GET', path: `${job}/1/api/json`, accept: 'text/html' },
  { method: 'GET', path: `${job}/api/json`, query: { tree: 'builds[' } },
  { method: 'GET', path: `${job}/api/json`, limit: 20 },
  { method: 'GET', path: '/job/not%20there/api/json' },
  { method: 'GET', path: '/job//web' },
  { method: 'GET', path: '/' },
];

/** What a client can go by. Node adds headers of its own: when it was, how long the body is, what becomes of the connection. */
function shown(outcome: CallOutcome, url: string) {
  const text = (value: string) => value.replaceAll(url, 'http://here');
  if (outcome.kind === 'silence') return { code: outcome.code, delivered: outcome.delivered };
  const { status, headers, body, end } = outcome;
  const ofNode = new Set(['date', 'connection', 'keep-alive', 'transfer-encoding', 'content-length']);
  const kept = Object.entries(headers).filter(([name]) => !ofNode.has(name));
  const told = kept.map(([name, value]) => [name, text(value)] as const);
  return { status, headers: Object.fromEntries(told), body: text(body.toString()), end };
}

async function answers(over: 'http' | 'memory', { prepare, token = credentials.token }: Weather) {
  const clock = new VirtualClock();
  const jenkins = createJenkinsStandIn({ clock, random: seeded(), jobs: [deploy], credentials });
  const url = over === 'http' ? await jenkins.start() : 'http://jenkins.internal:8080';
  const transport = over === 'http' ? {} : { transport: inProcess((asked) => jenkins.handle(asked)) };
  const session = createHttp({ ...credentials, token }, { requestTimeoutMs: 2_000, ...transport }).open();
  try {
    prepare?.(jenkins);
    const outcomes: unknown[] = [];
    for (let round = 0; round < 2; round += 1) {
      for (const { path, ...call } of calls)
        outcomes.push(shown(await clock.io(() => session.send({ ...call, url: `${url}${path}` })), url));
      await clock.advance(takenOffMs);
    }
    return outcomes;
  } finally {
    await jenkins.stop();
  }
}

interface Weather {
  readonly prepare?: (jenkins: JenkinsStandIn) => void;
  readonly token?: string;
}

test.each<[string, Weather]>([
  ['of a Jenkins that is well', {}],
  ['to a token that is wrong', { token: 'another' }],
  ['of one that is starting', { prepare: (jenkins) => jenkins.restart({ downForMs: 4_000 }) }],
  ['of one that is out of reach', { prepare: (jenkins) => jenkins.outage({ kind: 'refused', forMs: 4_000 }) }],
  ['behind a proxy that does not reach it', { prepare: (jenkins) => jenkins.outage({ kind: 502, forMs: 4_000 }) }],
  ['that are lost', { prepare: (jenkins) => void jenkins.faults.add({ answer: 'reset', processed: true, times: 3 }) }],
])('answers %s are the same in memory as over a socket', async (_, weather) => {
  const overHttp = await answers('http', weather);
  expect(overHttp).toHaveLength(calls.length * 2);
  expect(await answers('memory', weather)).toEqual(overHttp);
});
