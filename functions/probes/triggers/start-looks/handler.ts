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
/** The longest delay is the last slot of the next minute. A wrong clock must not ask for more than SQS accepts (900 s). */
const longestDelay = 2 * minute;

/**
 * Called every minute: asks for the looks of the next minute, each delayed until its slot. EventBridge Scheduler may call up to
 * 59 seconds late ("60-second precision", its user guide), in each region by a different delay. Asking a minute ahead lets all
 * regions look in the same second, so an outage is found earlier. If it is called twice for one minute, the looks are made
 * twice and home counts them once.
 *
 * @throws QueueRefused; a zod error for an event without the scheduled time.
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
