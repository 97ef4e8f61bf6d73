import type { Check, Measurement } from '../measured';
import { percentile, rounded } from '../statistics';
import { blackbox, curl, type Other, type PhaseTimes } from './others';
import { asked, keepOn, started } from './processes';
import type { ProbeRun } from './prober';
import { delayMs, type Target, type Took } from './server';

const atOnce = 5;
const rounds = 60;
const names = ['lookup', 'connect', 'tls', 'firstByte', 'total'] as const;
type Name = (typeof names)[number];

/** Times of a look against those of others on the same target, in turn in one run; and how many looks a core makes. */
export async function measureProbes(): Promise<Measurement> {
  const [server, prober] = await Promise.all([started('server.ts'), started('prober.ts')]);
  const { ca, https, http, name } = server.first as Target;
  const others = [curl(ca), await blackbox(ca)].filter((one) => one !== undefined);
  try {
    const slow = (by: string) => `https://${name}:${https}/slow?by=${encodeURIComponent(by)}`;
    const look = async (url: string, count: number) => asked<ProbeRun>(prober.child, { url, ca, count });
    await look(slow('warm'), atOnce);
    const times = new Map<string, PhaseTimes[]>([['muster', []], ...others.map(({ name }) => [name, []] as const)] as [
      string,
      PhaseTimes[],
    ][]);
    for (let round = 0; round < rounds; round += 1) {
      const { results } = await look(slow('muster'), atOnce);
      // What the probe itself says is not to be trusted is shown as that, and counts for nothing.
      times.get('muster')?.push(...results.filter(({ trusted }) => trusted).map(phasesOf));
      for (const other of others) times.get(other.name)?.push(...(await lookBy(other, slow(other.name))));
    }
    const truth = await asked<Took>(server.child, {});
    keepOn(0, prober.child);
    keepOn(1, server.child);
    const speed = [await look(`https://${name}:${https}/`, 500), await look(`http://${name}:${http}/`, 1000)];
    return resultOf(times, speed, name, truth);
  } finally {
    for (const { end } of others) end();
    prober.child.disconnect();
    server.child.disconnect();
  }
}

async function lookBy({ look }: Other, url: string): Promise<PhaseTimes[]> {
  return Promise.all(Array.from({ length: atOnce }, () => look(url)));
}

function phasesOf({ up, detail, phases, totalMicros }: ProbeRun['results'][number]): PhaseTimes {
  if (!up) throw new Error(`the target of the bench is not up: ${detail ?? ''}`);
  const { lookup = NaN, connect = NaN, tls = NaN, firstByte = NaN } = phases;
  return {
    lookup: lookup / 1000,
    connect: connect / 1000,
    tls: tls / 1000,
    firstByte: firstByte / 1000,
    total: totalMicros / 1000,
  };
}

function resultOf(
  times: ReadonlyMap<string, readonly PhaseTimes[]>,
  speed: readonly ProbeRun[],
  name: string,
  truth: Took,
): Measurement {
  const trueAt = (who: string, share: number) => percentile(truth[who] ?? [], share);
  const at = (who: string, phase: Name, share: number) =>
    percentile(
      (times.get(who) ?? []).flatMap((one) => one[phase] ?? []),
      share,
    );
  const rows = [...times.keys()].map((who) => ({
    by: who,
    ...Object.fromEntries(
      names.map((phase) => [`${phase} p50 / p95 ms`, `${text(at(who, phase, 0.5))} / ${text(at(who, phase, 0.95))}`]),
    ),
    'server itself': `${text(trueAt(who, 0.5))} / ${text(trueAt(who, 0.95))}`,
  }));
  const [https, http] = speed;
  const error = (who: string): Check[] =>
    (['connect', 'tls', 'firstByte', 'lookup'] as const).map((phase) => {
      const theirs = at(who, phase, 0.95);
      return {
        of: `a look, ${atOnce} at once`,
        what: `${phase} p95 over ${who}`,
        measured: rounded(at('muster', phase, 0.95) - theirs, 2),
        atMost: rounded(Math.max(2, theirs * 0.05), 2),
        unit: 'ms',
      };
    });
  const missing = ['curl -w', 'blackbox_exporter'].filter((who) => !times.has(who));
  return {
    title: `A look at a server on this machine whose first byte comes after ${delayMs} ms: ${rounds} times ${atOnce} at once, in turn`,
    rows,
    notes: [
      `HTTPS: ${perSecond(https)} looks a second, ${perLook(https)} ms of processor each; HTTP: ${perSecond(http)} a second, ${perLook(http)} ms`,
      `${rounds * atOnce - (times.get('muster')?.length ?? 0)} of ${rounds * atOnce} looks said of themselves that the machine was too busy for their times to be trusted, and are left out`,
      'the server itself: from a request to its answer, by its own clock. Its timer is late where the machine is busy',
      'looks a second: the probe has one core, the server another, where `taskset` is there; each of curl’s looks is a process of its own, which is not in its times',
      ...(name === 'localhost'
        ? [
            'this machine’s own name leads elsewhere: curl knows `localhost` without a look-up, and its time for it is none',
          ]
        : []),
      ...missing.map((who) => `not compared with ${who}: it is not installed on this machine`),
    ],
    checks: [
      ...[...times.keys()].filter((who) => who !== 'muster').flatMap(error),
      {
        of: `a look, ${atOnce} at once`,
        what: 'first byte p95 over what the server itself took',
        measured: rounded(at('muster', 'firstByte', 0.95) - trueAt('muster', 0.95), 2),
        atMost: rounded(Math.max(2, trueAt('muster', 0.95) * 0.05), 2),
        unit: 'ms',
      },
      {
        of: '50 HTTPS looks',
        what: 'on one core',
        measured: rounded((50 * (https?.wallMs ?? NaN)) / 500 / 1000, 2),
        atMost: 2,
        unit: 's',
      },
    ],
  };
}

function text(ms: number): string {
  return Number.isNaN(ms) ? '-' : ms.toFixed(2);
}

function perSecond(made: ProbeRun | undefined): number {
  return made === undefined ? NaN : Math.round(made.results.length / (made.wallMs / 1000));
}

function perLook(made: ProbeRun | undefined): string {
  return made === undefined ? '-' : (made.cpuMs / made.results.length).toFixed(2);
}
