import { createProber } from '../../../../functions/probes/adapters/prober';
import type { LookMessage } from '../../../../functions/probes/contracts/look-message';
import { parsePlan, type PlanFile } from '../../../../functions/probes/contracts/plan';
import { makeHandler } from '../../../../functions/probes/triggers/look/handler';
import { systemClock, jsonLogger } from '../../../../functions/shared/runtime';

// One region of the demo, a process of its own: the function that is deployed, with a queue that does not wait, and home's
// queue reached over HTTP. Messages of its parent say what to do, and it answers with its counts.

export interface RegionTask {
  readonly region: string;
  readonly plan: PlanFile;
  /** Seconds. */
  readonly slot: number;
  readonly now: number;
  /** Where home takes reports, on this machine. */
  readonly homePort: number;
  /** How long a look waits for an answer to begin, in milliseconds: by what this machine takes for a good one. */
  readonly firstByteMs: number;
}

/** `reported` is the heartbeat that the region's own alarm listens for. */
export interface RegionAnswer {
  readonly reported: boolean;
}

/** Nothing of the demo comes to them but a machine that stands still. */
const longMs = 10_000;
const homeMs = 10_000;

async function run({ region, plan, slot, now, homePort, firstByteMs }: RegionTask): Promise<RegionAnswer> {
  const limits = { lookup: longMs, connect: longMs, firstByte: firstByteMs, total: firstByteMs + longMs };
  const asked: LookMessage[] = [{ version: 1, slot: new Date(slot * 1000).toISOString(), attempt: 1 }];
  let reported = false;
  const look = makeHandler({
    clock: { now: () => new Date(now * 1000) },
    log: jsonLogger(() => undefined),
    metrics: { count: (name) => void (reported ||= name === 'Reports'), duration: () => undefined },
    plan: parsePlan(JSON.stringify(plan)),
    region,
    deployment: 'demo',
    prober: createProber({ clock: systemClock, limits }),
    pause: (ms) => new Promise((resolve) => void setTimeout(resolve, ms)),
    looks: { send: async (messages) => void asked.push(...messages.map(({ message }) => message)) },
    reports: {
      send: async (report) => {
        const signal = AbortSignal.timeout(homeMs);
        const answer = await fetch(`http://127.0.0.1:${homePort}/`, {
          method: 'POST',
          body: JSON.stringify(report),
          signal,
        });
        if (!answer.ok) throw new TypeError(`home answers ${answer.status}`);
      },
    },
  });
  for (const message of asked)
    await look({
      Records: [{ messageId: '1', body: JSON.stringify(message), attributes: { SentTimestamp: String(slot * 1000) } }],
    }).catch(
      // As a function's error: the heartbeat is missing, and the next look is made all the same.
      () => undefined,
    );
  return { reported };
}

process.on('message', (task) => void run(task as RegionTask).then((answer) => process.send?.(answer)));
process.once('disconnect', () => process.exit());
process.send?.('ready');
