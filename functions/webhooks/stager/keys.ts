import { createHash } from 'node:crypto';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * Where things are in the store. Times come first, so that a listing is in the order of acceptance.
 *
 *     claims/<source>/<day>/<id>                large bodies, as they came
 *     pending/<table>/<time>-<count>-<hash>.gz  staged, not yet known to be loaded
 *     archive/<table>/<time>-<count>-<hash>.gz  loaded; what a replay reads
 *     plans/<table>/<batch>.json                manifests for COPY: which files make a batch
 *     quarantine/<time>-<source>-<hash>.json    authentic and unusable
 */
export const prefixes = {
  pending: (table: string) => `pending/${table}/`,
  archive: (table: string) => `archive/${table}/`,
  plans: (table: string) => `plans/${table}/`,
  quarantine: 'quarantine/',
} as const;

/** The same messages give the same key, in whatever order they come. */
export function fileName(ids: readonly string[], earliestMs: number): string {
  const hash = sha256([...ids].sort().join('\n')).slice(0, 32);
  return `${timeKey(earliestMs)}-${ids.length}-${hash}.gz`;
}

/** `20261126T125300123Z` */
export function timeKey(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:.]/g, '');
}

export interface FileName {
  readonly earliestMs: number;
  readonly rows: number;
}

/** What the name of a file says; `undefined` if it is none of ours. */
export function readFileName(key: string): FileName | undefined {
  const [, day, hour, minute, second, rest, rows] =
    /\/(\d{8})T(\d\d)(\d\d)(\d\d)(\d{3})Z-(\d+)-[0-9a-f]+r?\.gz$/.exec(key) ?? [];
  if (day === undefined) return undefined;
  const iso = `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}.${rest ?? ''}Z`;
  return { earliestMs: Date.parse(iso), rows: Number(rows) };
}
