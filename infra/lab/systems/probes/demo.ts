import { setTimeout as pause } from 'node:timers/promises';
import { targetSchema } from '../../../../functions/probes/contracts/target';
import { falseIn } from './demo-truth';
import { DemoWorld, regions, servers } from './demo-world';
import { LabHome } from './home';
import { lookAtMistakes, mistakeText } from './tls-servers';

/** What happens in which demo minute (from, until). */
const story = {
  outage: { from: 4, until: 11, what: 'the server of shop answers 503' },
  regional: { from: 20, until: 24, what: 'nothing gets through from ap-southeast-1 to docs' },
  cutOff: { from: 31, until: 37, what: 'us-east-1 is cut off from home' },
  flapping: { from: 40, until: 58, what: 'the server of api comes and goes: it resets in the middle of answers' },
} as const;
const lastMinute = 76;

export interface DemoProps {
  /** How long a minute of the demo takes at least. */
  readonly minuteMs: number;
  readonly port: number;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface DemoResult {
  readonly subjects: readonly string[];
  /** Each target's states, in the order in which they came. */
  readonly states: Readonly<Record<string, readonly string[]>>;
  /** What was not as it should be, in words; `undefined` when it was ended before it was over. */
  readonly failures: readonly string[] | undefined;
}

/** Three regions look through proxies at servers that really misbehave; minutes pass faster than on the wall. */
export async function probesDemo({ minuteMs, port, say, signal }: DemoProps): Promise<DemoResult> {
  const begin = Math.floor(Date.now() / 60_000) * 60;
  let now = begin;
  const world = await DemoWorld.open();
  const subjects: string[] = [];
  const mails: string[] = [];
  const home = new LabHome({
    clock: { now: () => new Date(now * 1000) },
    regions,
    targets: servers.map((id) => targetSchema.parse({ id, url: `https://${id}.example.com/` })),
    title: 'Demo',
    refreshSeconds: 2,
    send: async ({ subject, text }) => {
      subjects.push(subject);
      mails.push(text);
      say(`  MAIL ${subject}\n${text.replace(/^/gm, '       | ').trimEnd()}`);
    },
  });
  const page = await home.serve(port);
  say(`Status page: ${page.url} (a minute of the demo takes ${minuteMs} ms; each region is a process)`);
  say('Six TLS servers, each with another mistake, looked at once:');
  const mistakes = await lookAtMistakes();
  for (const one of mistakes) say(`  ${mistakeText(one)}`);
  const states: Record<string, string[]> = {};
  const everCutOff = new Set<string>();
  let alone = '';
  try {
    for (let minute = 0; minute <= lastMinute && !signal.aborted; minute += 1) {
      const started = Date.now();
      for (const { from, what } of Object.values(story)) if (from === minute) say(`minute ${minute}: ${what}`);
      arrange(world, minute);
      now = begin + minute * 60;
      const { reports, cutOff } = await world.look(now);
      if (alone !== cutOff.join(', ') && cutOff.length > 0)
        say(`minute ${minute}: ${cutOff.join(', ')} says by itself: home has taken no report of mine (its own alarm)`);
      alone = cutOff.join(', ');
      for (const region of cutOff) everCutOff.add(region);
      now += 5;
      await home.judge(reports.map((report) => ({ report, queuedAt: now - 3 })));
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
      await pause(Math.max(0, minuteMs - (Date.now() - started)), undefined, { signal }).catch(() => undefined);
    }
    const failures = signal.aborted ? undefined : falseIn({ mistakes, states, mails, cutOff: everCutOff });
    return { subjects, states, failures };
  } finally {
    page.close();
    world.close();
  }
}

function arrange(world: DemoWorld, minute: number): void {
  const { outage, regional, cutOff, flapping } = story;
  const during = ({ from, until }: { from: number; until: number }) => minute >= from && minute < until;
  const isBad = during(flapping) && Math.floor((minute - flapping.from) / 3) % 2 === 0;
  world.behaviour.shop = during(outage) ? 'unavailable' : 'well';
  world.behaviour.api = isBad ? 'resets' : 'well';
  world.setWay('ap-southeast-1', 'docs', during(regional) ? 'black-hole' : 'open');
  world.setWay('us-east-1', 'home', during(cutOff) ? 'cut' : 'open');
}
