import type { LookMessage } from '../contracts/look-message';
import type { Report } from '../contracts/result';

/** A region’s own queue of looks to make. */
export interface LooksQueue {
  /** At most ten. Each is handed out after so many seconds. */
  send(messages: readonly { readonly message: LookMessage; readonly delaySeconds: number }[]): Promise<void>;
}

/** Home’s queue, wherever home is. */
export interface ReportsQueue {
  send(report: Report): Promise<void>;
}
