import { draw, type Duration } from './duration';
import type { RegionContext } from './context';

/** How well messages arrive. AWS calls the delivery of Auto Scaling's events and notifications "best effort". */
export interface DeliveryQuality {
  /** Chance, 0 to 1, that a message never arrives. */
  readonly loss: number;
  /** Chance, 0 to 1, that a message arrives twice. */
  readonly duplication: number;
  /** From publication to arrival. Messages overtake one another when this is a span. */
  readonly delayMs: Duration;
}

export const reliable: DeliveryQuality = { loss: 0, duplication: 0, delayMs: [50, 500] };

/** Decides how often and when one message arrives: one delay for each arrival. */
export function arrivals({ random }: RegionContext, quality: DeliveryQuality): number[] {
  // Each decision draws even if its chance is 0, so that a seed's other events do not shift when it is changed.
  const lost = random.next() < quality.loss;
  const twice = random.next() < quality.duplication;
  const delays = [draw(random, quality.delayMs)];
  if (twice) delays.push(draw(random, quality.delayMs));
  return lost ? [] : delays;
}
