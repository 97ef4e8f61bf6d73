import { Writable } from 'node:stream';
import { servePage } from '../../infra/console/page/serve';
import { runProgram } from '../../infra/console/program';
import type { World } from '../../infra/console/world';
import { worldOfRunningLab } from '../../infra/console/world-lab';
import { VirtualClock } from '../../infra/lab/kernel/clock';
import { createLab, type Lab } from '../../infra/lab/systems/fleet/lab';
import { intercept } from '../../infra/lab/region/calls/intercept';
import { runUntilSettled } from '../../infra/lab/cli/scenarios/run-until-settled';
import { serveCalls } from '../../infra/lab/stay/calls';
import { Controls } from '../../infra/lab/stay/controls';
import { placeOf, portsOf } from '../../infra/lab/stay/ports';
import { verdictOf, type Check, type Measurement } from './measured';
import { rounded } from './statistics';

const groups = 20;
const eachHas = 25;
const times = 5;
const looks = 4;
// The issue of the console: `ls` and the page answer within a second, and calls are not one for each member.
const limits = { seconds: 1, calls: 2 + groups } as const;
/** In AWS the settings come along with the list of groups. */
const noCall = 'settings.read';

interface Answer {
  readonly what: string;
  readonly seconds: number;
  readonly calls: Readonly<Record<string, number>>;
  readonly bytes: number;
}

/** How long the console takes for 500 members in 20 groups, and how many calls it makes. */
export async function measureConsole(): Promise<Measurement> {
  const answers = await answersOf();
  const checksOf = ({ what, seconds, calls }: Answer): Check[] => [
    { of: what, what: 'wall', measured: seconds, atMost: limits.seconds, unit: 's' },
    { of: what, what: 'calls', measured: sum(calls), atMost: limits.calls, unit: '' },
  ];
  return {
    title: `The console: ${groups * eachHas} members in ${groups} groups`,
    rows: answers.map((answer) => ({
      what: answer.what,
      'wall s': rounded(answer.seconds, 3),
      calls: sum(answer.calls),
      'of them': Object.entries(answer.calls)
        .map(([name, count]) => (count === 1 ? name : `${count} ${name}`))
        .join(', '),
      KB: rounded(answer.bytes / 1024, 0),
      ...verdictOf(checksOf(answer)),
    })),
    notes: [
      `the median of ${times}, over a lab that is reached by HTTP; the start of the command's process is not in it`,
      `calls: of the ports. In AWS a read of the ledger’s records is two queries, each for every MB, and the list of groups a call for every ten: ${2 * groups + groups / 10 + 1} calls in all`,
    ],
    checks: answers.flatMap(checksOf),
  };
}

async function answersOf(): Promise<Answer[]> {
  const lab = await createLab({ seed: 1, clock: new VirtualClock(), reachedOver: 'memory', executors: 600 });
  const ports = { ...portsOf(lab), controls: new Controls(lab, 1) };
  const place = { place: async () => placeOf(lab), now: async () => lab.clock.now() };
  const served = await serveCalls({ ...ports, place }, 'bench');
  try {
    await fill(lab);
    const calls: string[] = [];
    const world = counted(await worldOfRunningLab({ url: served.url, token: 'bench' }), calls);
    const page = await servePage(world, 0);
    const get = await browserOf(page.link());
    const answers = [
      await timed('muster ls', calls, () => said(world, ['ls'])),
      await timed('muster ls --json', calls, () => said(world, ['ls', '--json'])),
      await timed('a look of muster ls --watch', calls, () => watched(world), looks),
      await timed('the page of all groups', calls, () => get('/')),
    ];
    await page.close();
    return answers;
  } finally {
    await served.close();
    await lab.close();
  }
}

async function fill(lab: Lab): Promise<void> {
  const names = Array.from({ length: groups }, (_, at) => `group-${at + 1}`);
  for (const name of names) {
    lab.addGroup(name);
    lab.region.autoScaling.world.setDesiredCapacity(name, eachHas);
  }
  const isThere = () => lab.region.autoScaling.world.groups.every(({ instances }) => instances.size === eachHas);
  await runUntilSettled(lab, isThere);
}

const counts = [
  'settings',
  'autoScaling',
  'ledger',
  'stepFunctions',
  'elasticLoadBalancing',
  'ec2',
  'route53',
] as const;

function counted(world: World, calls: string[]): World {
  const ports = counts.map((name) => [
    name,
    intercept(world[name], ({ operation }, proceed) => {
      if (`${name}.${operation}` !== noCall) calls.push(`${name}.${operation}`);
      return proceed();
    }),
  ]);
  return { ...world, ...(Object.fromEntries(ports) as Pick<World, (typeof counts)[number]>) };
}

async function timed(what: string, calls: string[], ask: () => Promise<string>, each = 1): Promise<Answer> {
  const taken: number[] = [];
  let bytes = 0;
  for (let at = 0; at < times; at += 1) {
    calls.length = 0;
    const began = process.hrtime.bigint();
    bytes = Buffer.byteLength(await ask());
    taken.push(Number(process.hrtime.bigint() - began) / 1e9 / each);
  }
  const byName: Record<string, number> = {};
  for (const call of calls) byName[call] = (byName[call] ?? 0) + 1 / each;
  return { what, seconds: taken.sort((left, right) => left - right)[(times - 1) / 2] ?? 0, calls: byName, bytes };
}

/** Some looks of a watch, which then is ended as by Ctrl-C. */
async function watched(world: World): Promise<string> {
  const ending = new AbortController();
  let left = looks;
  const pause = async () => {
    left -= 1;
    if (left === 0) ending.abort();
  };
  return said({ ...world, pause }, ['ls', '--watch'], ending.signal);
}

async function said(world: World, args: string[], signal = new AbortController().signal): Promise<string> {
  let text = '';
  const out = new Writable({
    write(chunk: Buffer, _, done) {
      text += chunk.toString();
      done();
    },
  });
  const io = { out, err: out, in: process.stdin, env: {}, cwd: '.', signal };
  await runProgram(args, { ...io, openWorld: async () => world });
  if (!text.includes(`group-${groups}`)) throw new TypeError(`muster ${args.join(' ')} does not show all groups`);
  return text;
}

/** A browser that has opened the link. */
async function browserOf(link: string): Promise<(path: string) => Promise<string>> {
  const opened = await fetch(link, { redirect: 'manual' });
  const cookie = (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  return async (path) => {
    const answer = await fetch(new URL(path, link), { headers: { cookie } });
    if (answer.status !== 200) throw new TypeError(`the page answers ${answer.status}`);
    return answer.text();
  };
}

function sum(calls: Answer['calls']): number {
  return Object.values(calls).reduce((all, one) => all + one, 0);
}
