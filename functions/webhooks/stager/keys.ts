import { createHash } from 'node:crypto';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * Where things are in the store. Times come first, so that a listing is in the order of acceptance.
 *
 *     claims/<source>/<day>/<id>[.gzip]         large bodies, as they came, and how they are encoded
 *     pending/<table>/<file>                    staged, not yet known to be loaded
 *     archive/<table>/<file>                    loaded; what a replay reads
 *     plans/<table>/<batch>.json                manifests for COPY: which files make a batch
 *     quarantine/<time>-<source>-<hash>.json    authentic and unusable
 *     quarantine-bodies/<time>-<source>-<hash>  their large bodies, which stay as long as they do
 *     quarantine-files/<key>                    staged files, or lines of them, that are no rows
 */
export const prefixes = {
  pending: (table: string) => `pending/${table}/`,
  archive: (table: string) => `archive/${table}/`,
  plans: (table: string) => `plans/${table}/`,
  quarantine: 'quarantine/',
  quarantineBodies: 'quarantine-bodies/',
  quarantineFiles: 'quarantine-files/',
} as const;

export interface FileName {
  /** The earliest acceptance in the file, milliseconds since 1970. */
  readonly earliestMs: number;
  readonly rows: number;
  /** 32 hexadecimal digits. */
  readonly hash: string;
  /** A replay has brought it back from the archive. */
  readonly replayed: boolean;
  /** The route whose events it holds; files of before 2026-12 have none. */
  readonly source: string | undefined;
}

/** Rows of a file were received up to so long after the first of them: a replay finds them by the name of their file. */
export const longestSpanMs = 3_600_000;

/** `<time>-<count>-<hash>.<source>.gz`, after a replay `<hash>r`. */
export function fileName({ earliestMs, rows, hash, replayed, source }: FileName): string {
  return `${timeKey(earliestMs)}-${rows}-${hash}${replayed ? 'r' : ''}${source === undefined ? '' : `.${source}`}.gz`;
}

/** The same messages give the same hash, in any order. */
export function hashOf(ids: readonly string[]): string {
  return sha256([...ids].sort().join('\n')).slice(0, 32);
}

/** `20261126T125300123Z` */
export function timeKey(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:.]/g, '');
}

/** What the name of a file says; `undefined` if it is none of ours. */
export function readFileName(key: string): FileName | undefined {
  const [, day, hour, minute, second, rest, rows, hash = '', again, source] =
    /\/(\d{8})T(\d\d)(\d\d)(\d\d)(\d{3})Z-(\d+)-([0-9a-f]+)(r?)(?:\.([a-z][a-z0-9_]*))?\.gz$/.exec(key) ?? [];
  if (day === undefined) return undefined;
  const iso = `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}.${rest ?? ''}Z`;
  return { earliestMs: Date.parse(iso), rows: Number(rows), hash, replayed: again === 'r', source };
}

/** Of a `Content-Encoding`, in the order in which they were applied. */
export function encodingsIn(contentEncoding = ''): string[] {
  return contentEncoding
    .split(',')
    .map((one) => one.trim().toLowerCase())
    .filter((one) => one !== '' && one !== 'identity');
}

interface BodyClaim {
  readonly id: string;
  readonly source: string;
  /** ISO 8601. */
  readonly receivedAt: string;
  readonly contentEncoding?: string | undefined;
}

/** Where a body is kept. Its encodings are part of the name: nothing else tells them to who finds only the row. */
export function claimKey({ id, source, receivedAt, contentEncoding }: BodyClaim): string {
  const encodings = encodingsIn(contentEncoding);
  // Others come with no row.
  const isKnown = encodings.length <= 3 && encodings.every((one) => /^[a-z0-9-]{1,16}$/.test(one));
  return [`claims/${source}/${receivedAt.slice(0, 10)}/${id}`, ...(isKnown ? encodings : [])].join('.');
}

/** The `Content-Encoding` of a body by the name that it is kept under. */
export function encodingOfClaim(key: string): string | undefined {
  const [, encodings] = /\/[^/.]+((?:\.[a-z0-9-]{1,16}){1,3})$/.exec(key) ?? [];
  return encodings?.slice(1).replaceAll('.', ', ');
}
