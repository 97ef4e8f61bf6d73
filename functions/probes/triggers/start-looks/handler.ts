import type { Clock } from '../../../shared/runtime';
import { scheduleSchema } from '../../contracts/look-message';
import type { Plan } from '../../contracts/plan';
import { slotsOf } from '../../domain/slots';
import type { LooksQueue } from '../../ports/queues';

export interface StartLooksDeps {
  readonly clock: Clock;
  readonly plan: Plan;
  readonly looks: LooksQueue;
}

const minute = 60;
/** Until the last slot of the next minute: a clock that is wrong is not to ask for more than the queue takes (900 s). */
const longestDelay = 2 * minute;

/**
 * Every minute: asks for the looks of the next one, each with a delay until its very slot. EventBridge Scheduler calls up to
 * 59 seconds late ("60-second precision", its user guide), each region by another lateness: what is asked for a minute
 * ahead begins in all regions in the same second, and an outage is found that much earlier. Called twice for one minute
 * it asks twice, and home counts once.
 *
 * @throws QueueRefused; an event without the scheduler's time is an error of zod.
 */
export function makeHandler({ clock, plan, looks }: StartLooksDeps): (event: unknown) => Promise<{ slots: number }> {
  return async (event) => {
    const scheduled = Date.parse(scheduleSchema.parse(event).scheduledTime) / 1000;
    const slots = slotsOf(plan.targets, scheduled + minute);
    const now = clock.now().getTime() / 1000;
    await looks.send(
      slots.map((slot) => ({
        message: { version: 1, slot: new Date(slot * 1000).toISOString(), attempt: 1 },
        delaySeconds: Math.min(longestDelay, Math.max(0, Math.ceil(slot - now))),
      })),
    );
    return { slots: slots.length };
  };
}
