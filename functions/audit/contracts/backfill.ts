import { NamedError, type Fault } from '../../shared/named-error';
import type { ObjectRef } from '../ports/objects';

/** Errors of `read-objects`, by name: those that wait are retried by the state machine. */
export const backfillErrors = {
  BatchUnfinished: 'the time of the function is nearly over; the next run continues after the last log read',
  DetectorContended: 'others read logs of the same cluster at the same time',
  BookContended: 'others change the incidents at the same time',
  Throttled: 'AWS asks to slow down',
  AwsUnavailable: 'AWS did not answer',
} as const;
export type BackfillErrorName = keyof typeof backfillErrors;

export function backfillError(name: BackfillErrorName, message: string, cause?: unknown): Error {
  return new NamedError(name, message, { fault: 'environment' satisfies Fault, cause });
}

export interface ListedObject extends ObjectRef {
  /** ms of the epoch; 0 when it is not said. */
  readonly modified: number;
}

/** What a child of `audit-backfill` is to read. */
export interface BackfillBatch {
  /** ms: what is older is not looked at. */
  readonly since: number;
  readonly objects: readonly ListedObject[];
}

/** @throws InputRefused */
export function readBatchInput(input: unknown): BackfillBatch {
  const { bucket, since, objects } = fieldsOf(input);
  const from = typeof since === 'string' ? Date.parse(since) : NaN;
  if (typeof bucket !== 'string' || bucket === '') throw refused('bucket', bucket, 'the name of a bucket');
  if (Number.isNaN(from)) throw refused('since', since, 'a time such as 2026-01-01T00:00:00.000Z');
  // One item is an item, and not a list of one, where JSONata has made it.
  const items = Array.isArray(objects) ? (objects as unknown[]) : [objects];
  return {
    since: from,
    objects: items.map((item, at) => {
      const { Key, Etag, ETag, LastModified } = fieldsOf(item);
      if (typeof Key !== 'string' || Key === '') throw refused(`objects.${at}.Key`, Key, 'the key of an object');
      const etag = [Etag, ETag].find((one): one is string => typeof one === 'string' && one !== '');
      return {
        bucket,
        key: Key,
        modified: momentOf(LastModified),
        ...(etag !== undefined && { etag: etag.replaceAll('"', '') }),
      };
    }),
  };
}

/** Step Functions writes seconds of the epoch, S3 a text. */
function momentOf(value: unknown): number {
  if (typeof value === 'number') return value * 1000;
  const at = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(at) ? 0 : at;
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function refused(path: string, value: unknown, allowed: string): Error {
  const text = JSON.stringify(value) as string | undefined;
  return new NamedError('InputRefused', `${path}: got ${text?.slice(0, 80) ?? 'nothing'}, allowed: ${allowed}`, {
    fault: 'bug',
  });
}
