import type { Report } from '../../../functions/probes/contracts/result';
import { withRun } from '../../../functions/probes/domain/judge/deployment';
import { newJudge, type JudgeConfig, type JudgeState } from '../../../functions/probes/domain/judge/state';
import { noticesOf } from '../../../functions/probes/domain/judge/notices';
import { packTarget, unpackTarget } from '../../../functions/probes/domain/judge/packing';
import { viewOf } from '../../../functions/probes/domain/judge/view';
import { reportsOf } from '../../../functions/probes/operations/look-run';
import { systemClock } from '../../../functions/shared/runtime';
import type { Measurement } from '../measured';
import { mean, percentile, rounded } from '../statistics';

const regions = Array.from({ length: 10 }, (_, n) => `region-${n}`);

/** How long the judge takes for a message, with two hours of slots behind it. */
export async function measureJudge(): Promise<Measurement> {
  const rows = [50, 1000].map((targets) => {
    const config: JudgeConfig = {
      regions,
      targets: Array.from({ length: targets }, (_, n) => ({
        id: `t${n}`,
        intervalSeconds: 60,
        quorum: undefined,
        maintenance: [],
      })),
    };
    // Fewer slots of many targets: what a slot costs does not depend on how many there are behind it.
    const { state, slot } = withHistory(config, targets > 100 ? 20 : 130);
    const times: number[] = [];
    let now = state;
    const minutes = targets > 100 ? 10 : 30;
    for (let minute = 1; minute <= minutes; minute += 1)
      for (const region of regions) {
        const at = slot + minute * 60;
        const run = reportOf(config, region, at, minute === 2);
        // As they are sent: a run of very many targets is several messages.
        for (const message of reportsOf({ region, slot: run.slot, clock: systemClock }, run.results)) {
          const begun = process.cpuUsage();
          const { state: next } = withRun(now, message, { now: at + 5, queuedAt: at + 2 }, config);
          const { told } = noticesOf(next, viewOf(next, at + 5, config), config);
          now = { ...next, told };
          times.push(milliseconds(process.cpuUsage(begun)));
        }
      }
    return { targets, times, messages: times.length / minutes, packing: packingMs(now) };
  });
  const text = rows.map(({ targets, times, messages, packing }) => ({
    targets,
    'messages a minute': messages,
    'ms a message p50': rounded(percentile(times, 0.5), 2),
    'ms a message p95': rounded(percentile(times, 0.95), 2),
    's a minute': rounded((messages * mean(times)) / 1000, 2),
    'ms to pack and unpack a target': rounded(packing, 3),
  }));
  const thousand = rows.at(-1);
  return {
    title: 'The judge: what ten regions report of all targets, every minute',
    rows: text,
    notes: [
      'a message has at most 200 results: a run of 1,000 targets is five of them',
      'the decision with its view and its notices, without the store; 50 targets have two hours of slots behind them',
      'processor time of the process, its garbage collector included: what else the machine does is not the judge’s',
    ],
    checks: [
      ...rows.map(({ targets, times }) => ({
        of: `a message, ${targets} targets`,
        what: 'judged in, p50',
        measured: rounded(percentile(times, 0.5), 2),
        atMost: 5,
        unit: 'ms',
      })),
      {
        of: '1,000 targets from ten regions',
        what: 'a minute is judged in',
        measured: rounded(((thousand?.messages ?? NaN) * mean(thousand?.times ?? [])) / 1000, 2),
        atMost: 60,
        unit: 's',
      },
    ],
  };
}

function withHistory(config: JudgeConfig, minutes: number): { state: JudgeState; slot: number } {
  let state = newJudge;
  let slot = 0;
  for (let minute = 0; minute < minutes; minute += 1) {
    slot = 1_772_323_200 + minute * 60;
    for (const region of config.regions)
      ({ state } = withRun(
        state,
        reportOf(config, region, slot, false),
        { now: slot + 5, queuedAt: slot + 2 },
        config,
      ));
  }
  return { state, slot };
}

function reportOf({ targets }: JudgeConfig, region: string, slot: number, isBad: boolean): Report {
  const time = new Date(slot * 1000).toISOString();
  const common = { phases: {}, totalMicros: 80_000, trusted: true };
  const results = targets.map(({ id }, n) =>
    isBad && n % 10 === 0
      ? { ...common, target: id, up: false, reason: 'conn_timeout' as const, attempts: 3 }
      : { ...common, target: id, up: true, attempts: 1 },
  );
  return { version: 1, region, slot: time, sentAt: time, results };
}

function packingMs({ targets, latency }: JudgeState): number {
  const all = [...targets].map(([id, state]) => ({ state, latency: latency.get(id) ?? {} }));
  const begun = process.cpuUsage();
  for (const one of all) unpackTarget(packTarget(one));
  return milliseconds(process.cpuUsage(begun)) / all.length;
}

function milliseconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}
