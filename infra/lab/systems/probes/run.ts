import { setTimeout as pause } from 'node:timers/promises';
import { createProber } from '../../../../functions/probes/adapters/prober';
import type { Target } from '../../../../functions/probes/contracts/target';
import { systemClock } from '../../../../functions/shared/runtime';
import { LabHome } from './home';
import { runRegion } from './region';

export interface RunProps {
  readonly targets: readonly Target[];
  readonly port: number;
  readonly title: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

const region = 'here';

/** Looks, judges and shows on this machine until the signal. A run that takes long holds up no other. */
export async function runHere({ targets, port, title, say, signal }: RunProps): Promise<void> {
  const home = new LabHome({
    clock: systemClock,
    regions: [region],
    targets,
    title,
    refreshSeconds: 30,
    send: async ({ subject }) => say(`MAIL ${subject}`),
  });
  const page = await home.serve(port);
  say(`Status page: ${page.url}`);
  const was = new Map<string, string>();
  // One at a time: two that change the judge's state at once would only wait for each other.
  let turn: Promise<unknown> = Promise.resolve();
  const judge = (received: Parameters<LabHome['judge']>[0]) => {
    turn = turn.then(async () => {
      const { view } = await home.judge(received);
      for (const { id, status } of view.targets) {
        if (was.get(id) === status) continue;
        was.set(id, status);
        say(`${new Date(view.now * 1000).toISOString()} ${id} is ${status.toUpperCase()}`);
      }
    });
    return turn;
  };
  const prober = createProber({ clock: systemClock });
  const runs = new Set<Promise<void>>();
  const start = (slot: number, due: readonly Target[]) => {
    const wait = (ms: number) => pause(ms, undefined, { signal });
    const run = runRegion({
      region,
      slot,
      targets: due,
      prober,
      clock: systemClock,
      pause: wait,
      report: (report) => void judge([{ report, queuedAt: seconds() }]),
    })
      .catch((error: unknown) => {
        if (!signal.aborted) say(`a run failed: ${String(error)}`);
      })
      .finally(() => runs.delete(run));
    runs.add(run);
  };
  // The first looks are at once, for the person who has just started it; then slots are whole intervals of the epoch.
  start(seconds(), targets);
  for (let last = seconds(); !signal.aborted;) {
    await pause(250, undefined, { signal }).catch(() => undefined);
    for (const now = seconds(); last < now;) {
      last += 1;
      const slot = last;
      const due = targets.filter(({ intervalSeconds }) => slot % intervalSeconds === 0);
      // Also when nothing is due: by its report home knows that the region lives.
      if (due.length > 0 || slot % 60 === 0) start(slot, due);
      if (slot % 60 === 30) void judge([]);
    }
  }
  await Promise.all(runs);
  page.close();
}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}
