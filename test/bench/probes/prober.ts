import { createProber } from '../../../functions/probes/adapters/prober';
import { pause } from '../../../functions/probes/adapters/timing';
import { targetSchema } from '../../../functions/probes/contracts/target';
import type { LookResult } from '../../../functions/probes/contracts/result';
import { lookAtAll } from '../../../functions/probes/operations/look-run';
import { systemClock } from '../../../functions/shared/runtime';

// The probe in a process of its own, as it is in Lambda: it makes the looks that it is asked for.

export interface ProbeRequest {
  readonly url: string;
  readonly ca: string;
  readonly count: number;
}

export interface ProbeRun {
  readonly results: readonly LookResult[];
  readonly wallMs: number;
  readonly cpuMs: number;
}

async function make({ url, ca, count }: ProbeRequest): Promise<ProbeRun> {
  const prober = createProber({ clock: systemClock, ca });
  const targets = Array.from({ length: count }, (_, n) => targetSchema.parse({ id: `t${n}`, url, internal: true }));
  const [before, cpu] = [performance.now(), process.cpuUsage()];
  const results = await lookAtAll(prober, targets, pause);
  const { user, system } = process.cpuUsage(cpu);
  return { results, wallMs: performance.now() - before, cpuMs: (user + system) / 1000 };
}

if (require.main === module) {
  process.on('message', (asked) => void make(asked as ProbeRequest).then((made) => process.send?.(made)));
  process.once('disconnect', () => process.exit());
  process.send?.('ready');
}
