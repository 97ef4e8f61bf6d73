import type { Clock, Logger } from '../../../shared/runtime';
import { lookMessageSchema, queueEventSchema, type LookMessage } from '../../contracts/look-message';
import type { ProbeMetrics } from '../../contracts/metrics';
import type { Plan } from '../../contracts/plan';
import type { LookResult } from '../../contracts/result';
import { dueIn } from '../../domain/slots';
import { isWorthAnother, lookAtAll, pauseAfter, reportsOf } from '../../operations/look-run';
import type { Prober } from '../../ports/prober';
import type { LooksQueue, ReportsQueue } from '../../ports/queues';

export interface LookDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: ProbeMetrics;
  readonly plan: Plan;
  readonly region: string;
  /** Whose metric it is, where two deployments share a region. */
  readonly deployment: string;
  readonly prober: Prober;
  readonly pause: (ms: number) => Promise<void>;
  readonly looks: LooksQueue;
  readonly reports: ReportsQueue;
}

/** Messages older than this are dropped: a look that late says nothing about its slot. */
const latestSeconds = 180;

/**
 * Makes the looks that a message asks for and reports them home. Targets that are down are looked at again after 5 and another
 * 10 seconds, by delayed messages: no function waits.
 *
 * @throws when home's queue cannot be reached; the region's own alarms report that.
 */
export function makeHandler(deps: LookDeps): (event: unknown) => Promise<void> {
  return async (event) => {
    for (const { body } of queueEventSchema.parse(event).Records)
      await answer(deps, lookMessageSchema.parse(JSON.parse(body)));
  };
}

async function answer(deps: LookDeps, message: LookMessage): Promise<void> {
  const { clock, log, metrics, plan, region, deployment, prober, pause, looks, reports } = deps;
  const slot = Date.parse(message.slot) / 1000;
  const begun = clock.now().getTime() / 1000;
  const late = begun - slot;
  if (late > latestSeconds) {
    log.info('too late for its slot', { slot: message.slot, late });
    return;
  }
  const due = dueIn(plan.targets, slot).filter(({ id }) => message.targets?.includes(id) ?? true);
  const found = await lookAtAll(prober, due, pause);
  const results = found.map((one) => ({ ...one, attempts: message.attempt }));
  const down = due.filter((target, at) => isWorthAnother(results[at] as LookResult, target)).map(({ id }) => id);
  const delaySeconds = pauseAfter(message.attempt, clock.now().getTime() / 1000 - begun);
  // Before the report: that another look is due does not depend on home.
  if (down.length > 0 && delaySeconds !== undefined)
    await looks.send([{ message: { ...message, attempt: message.attempt + 1, targets: down }, delaySeconds }]);
  const broken = message.attempt === 1 ? brokenResults(plan, slot) : [];
  for (const report of reportsOf({ region, slot: message.slot, clock }, [...results, ...broken]))
    await reports.send(report);
  metrics.count(
    'Reports',
    1,
    { Deployment: deployment },
    { slot: message.slot, looks: found.length, down: down.length },
  );
}

/** Wrongly configured targets are reported as that, once a minute. */
function brokenResults({ broken }: Plan, slot: number): LookResult[] {
  if (slot % 60 !== 0) return [];
  return broken.map(({ id, why }) => ({
    target: id,
    up: false,
    reason: 'config_error',
    detail: why.slice(0, 500),
    phases: {},
    totalMicros: 0,
    trusted: true,
    attempts: 1,
  }));
}
