import type { LookMessage } from '../contracts/look-message';
import type { Report } from '../contracts/result';

/** The queue of looks of a region. */
export interface LooksQueue {
  /** Sends at most ten messages; each is delivered after its delay. */
  send(messages: readonly { readonly message: LookMessage; readonly delaySeconds: number }[]): Promise<void>;
}

/** The queue of reports at home, which may be in another region. */
export interface ReportsQueue {
  send(report: Report): Promise<void>;
}
