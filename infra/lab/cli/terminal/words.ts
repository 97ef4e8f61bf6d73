import * as z from 'zod';
import { saidBy } from '../../../../functions/fleet/domain/outcome';

const stepResult = z.object({ Payload: z.object({ reason: z.string(), name: z.string().optional() }) });

/** What a failed task or execution says, in words. */
export function describeError(details: { error?: string | undefined; cause?: string | undefined } | undefined): string {
  const { error, cause } = details ?? {};
  const message = saidBy(cause) ?? '';
  return error === undefined ? message : `${error}: ${message}`;
}

/** The reason, and the name if there is one, in the result of a step. */
export function reasonIn(output: string | undefined): { reason: string; name: string | undefined } {
  const parsed = stepResult.safeParse(parse(output ?? ''));
  return parsed.success
    ? { reason: parsed.data.Payload.reason, name: parsed.data.Payload.name }
    : { reason: 'done', name: undefined };
}

/** `2 min 05 s`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
