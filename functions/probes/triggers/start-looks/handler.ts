import { scheduleSchema } from '../../contracts/look-message';
import type { Plan } from '../../contracts/plan';
import { slotsOf } from '../../domain/slots';
import type { LooksQueue } from '../../ports/queues';

export interface StartDeps {
  readonly plan: Plan;
  readonly looks: LooksQueue;
}

/**
 * Every minute: asks for the looks of that minute, those of later seconds with a delay. Called twice for one minute it
 * asks twice, and home counts once.
 *
 * @throws QueueRefused; an event without the scheduler's time is an error of zod.
 */
export function makeHandler({ plan, looks }: StartDeps): (event: unknown) => Promise<{ slots: number }> {
  return async (event) => {
    const scheduled = Date.parse(scheduleSchema.parse(event).scheduledTime) / 1000;
    const slots = slotsOf(plan.targets, scheduled);
    const first = slots[0] ?? 0;
    await looks.send(
      slots.map((slot) => ({
        message: { version: 1, slot: new Date(slot * 1000).toISOString(), attempt: 1 },
        delaySeconds: slot - first,
      })),
    );
    return { slots: slots.length };
  };
}
