import { apiError } from '../errors';
import type { Execution } from '../execution';
import { maxEvents } from '../history';

const dayMs = 86_400_000;
const redrivableMs = 14 * dayMs;
const maxOpenMs = 365 * dayMs;
/** AWS remembers the last ten client tokens for 15 minutes. */
const maxTokens = 10;
const tokenPeriodMs = 15 * 60_000;

/** Whether an execution can be redriven, as DescribeExecution says it. */
export interface Redrivability {
  readonly redriveStatus: 'REDRIVABLE' | 'NOT_REDRIVABLE';
  readonly redriveStatusReason?: string;
}

export function redrivability(execution: Execution): Redrivability {
  const redriveStatusReason = obstacle(execution);
  if (redriveStatusReason === undefined) return { redriveStatus: 'REDRIVABLE' };
  return { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason };
}

function obstacle({ status, history, clock, startDate, stopDate }: Execution): string | undefined {
  if (status === 'RUNNING') return 'Execution is RUNNING and cannot be redriven';
  if (status === 'SUCCEEDED') return 'Execution is SUCCEEDED and cannot be redriven';
  if (history.last >= maxEvents - 1) return 'Execution history event limit exceeded';
  const now = clock.millis();
  if (now - startDate.getTime() >= maxOpenMs) return 'Execution has exceeded the max execution time';
  if (now - (stopDate?.getTime() ?? now) > redrivableMs) return 'Execution redrivable period exceeded';
  return undefined;
}

/** 1 to 64 printable ASCII characters without spaces. Throws ValidationException. */
export function checkClientToken(token: string | undefined): void {
  if (token === undefined || /^[!-~]{1,64}$/.test(token)) return;
  throw apiError('ValidationException', `a client token has 1 to 64 printable characters, got '${token}'`);
}

/** The redrives of one execution by client token: the same token again gets the same answer. */
export class RedriveTokens {
  readonly #answers: { readonly token: string; readonly at: number; readonly redriveDate: Date }[] = [];

  find(token: string, now: number): Date | undefined {
    return this.#answers.find((answer) => answer.token === token && now - answer.at <= tokenPeriodMs)?.redriveDate;
  }

  add(token: string, redriveDate: Date): void {
    this.#answers.push({ token, at: redriveDate.getTime(), redriveDate });
    if (this.#answers.length > maxTokens) this.#answers.shift();
  }
}
