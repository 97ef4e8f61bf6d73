import { createGunzip } from 'node:zlib';
import type { Readable } from 'node:stream';
import type { AuditRecord, LogType } from '../contracts/records';
import { typeByContent } from '../domain/file-name';
import { LogParser, type Counts } from '../domain/parser';

export interface ReadOptions {
  /** Default: by its first line. */
  readonly type?: LogType | undefined;
  /** No more than so many bytes are unpacked: a few kilobytes can be packed from terabytes. */
  readonly mostBytes?: number;
}

/** What became of a log. */
export interface ReadLog {
  readonly counts: Counts;
  readonly type: LogType | undefined;
  /** Unpacked. */
  readonly bytes: number;
  /** Why not all of it was read: what could be was. */
  readonly damage?: string;
}

const usualMost = 2 * 1024 ** 3;
const nothing: Counts = { lines: 0, records: 0, continued: 0, malformed: 0 };

/**
 * Reads a log out of a stream, packed by gzip or plain, and hands its records on as they end: no more than a few of them
 * are in memory at a time. It never throws for what is in the stream.
 */
export async function readLog(
  stream: Readable,
  onRecords: (records: AuditRecord[]) => void,
  options: ReadOptions = {},
): Promise<ReadLog> {
  const { mostBytes = usualMost } = options;
  let parser = options.type === undefined ? undefined : new LogParser(options.type);
  let { type } = options;
  let bytes = 0;
  let head: Buffer = Buffer.alloc(0);
  let damage: string | undefined;
  try {
    for await (const chunk of unpacked(stream)) {
      bytes += chunk.length;
      if (parser === undefined) {
        head = Buffer.concat([head, chunk]);
        // A line may be cut anywhere: what it is of shows when there is one.
        if (!isEnough(head)) continue;
        type = typeByContent(firstLine(head));
        if (type === undefined) return { counts: nothing, type, bytes, damage: notOurs };
        parser = new LogParser(type);
        onRecords(parser.push(head));
      } else {
        onRecords(parser.push(chunk));
      }
      if (bytes > mostBytes) {
        damage = `it is larger than ${mostBytes} bytes: what comes after them was not read`;
        stream.destroy();
        break;
      }
    }
  } catch (error) {
    damage = describe(error);
  }
  if (parser === undefined && head.length > 0) {
    // All of it is one line, or less.
    type = typeByContent(firstLine(head));
    parser = type === undefined ? undefined : new LogParser(type);
    if (parser === undefined) damage ??= notOurs;
    else onRecords(parser.push(head));
  }
  if (parser !== undefined) onRecords(parser.end());
  if (bytes === 0 && damage === undefined) damage = 'it is empty';
  return { counts: parser?.counts ?? nothing, type, bytes, ...(damage !== undefined && { damage }) };
}

const notOurs = 'it is no audit log of Redshift';
const headBytes = 64 * 1024;

function isEnough(head: Buffer): boolean {
  return head.length >= headBytes || firstLine(head, true) !== '';
}

/** The first that is not empty. @param ended only one that has ended */
function firstLine(head: Buffer, ended = false): string {
  const lines = head.subarray(0, headBytes).toString('utf8').split('\n');
  return (ended ? lines.slice(0, -1) : lines).find((line) => line.trim() !== '') ?? '';
}

/** Plain bytes, of what begins as gzip does unpacked. */
async function* unpacked(stream: Readable): AsyncGenerator<Buffer> {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer | string>;
  const next = async () => {
    const step = await chunks.next();
    return step.done === true ? undefined : Buffer.from(step.value);
  };
  let first = await next();
  while (first !== undefined && first.length < 2) {
    const more = await next();
    if (more === undefined) break;
    first = Buffer.concat([first, more]);
  }
  if (first === undefined) return;
  if (first[0] !== 0x1f || first[1] !== 0x8b) {
    for (let chunk: Buffer | undefined = first; chunk !== undefined; chunk = await next()) yield chunk;
    return;
  }
  yield* gunzipped(first, next);
}

async function* gunzipped(first: Buffer, next: () => Promise<Buffer | undefined>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  const feed = async () => {
    try {
      for (let chunk: Buffer | undefined = first; chunk !== undefined; chunk = await next()) {
        if (gunzip.destroyed) return;
        if (!gunzip.write(chunk))
          await new Promise<void>((resolve) => {
            gunzip.once('drain', resolve);
            gunzip.once('close', resolve);
          });
      }
      gunzip.end();
    } catch (error) {
      gunzip.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  };
  void feed();
  yield* gunzip as AsyncIterable<Buffer>;
}

function describe(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  if (code === 'Z_BUF_ERROR') return 'it is cut off: what is there was read';
  if (code.startsWith('Z_')) return `it is no gzip, or damaged (${code}): what could be unpacked was read`;
  const message = error instanceof Error ? error.message : String(error);
  return code === '' ? message : `${message} (${code})`;
}
