import { createGunzip } from 'node:zlib';

export interface Limits {
  /** Bytes after unpacking. */
  readonly raw: number;
  /** Unpacked against packed, looked at above 512 MB: a million equal lines are packed nearly as well. Deflate itself ends at about 1030. */
  readonly ratio: number;
}

export const defaultLimits: Limits = { raw: 2 * 1024 ** 3, ratio: 500 };

export interface Unpacked {
  readonly packed: number;
  readonly raw: number;
  /** Why not everything could be read; what could was handed on. */
  readonly damage?: string;
}

/**
 * Where the archive is broken, what a piece would have become is lost: at first that is 2 KB, then a 64th of
 * what was read before it, never more than 256 KB. Each costs a way to another thread and back, so that they grow.
 */
const pieces = { least: 2 * 1024, most: 256 * 1024, of: 64 };
const pieceAfter = (packed: number) => Math.max(pieces.least, Math.min(pieces.most, Math.floor(packed / pieces.of)));
const ratioFrom = 512 * 1024 ** 2;

/**
 * Unpacks a stream and hands it on as it comes; never the whole in memory. Never rejects for what is in it.
 *
 * @param take may say why nothing more is to be read.
 * @param plain what is no gzip is handed on as it is.
 */
export async function unpack(
  source: AsyncIterable<Uint8Array>,
  take: (chunk: Buffer) => string | undefined,
  { limits = defaultLimits, plain = false }: { readonly limits?: Limits; readonly plain?: boolean } = {},
): Promise<Unpacked> {
  let packed = 0;
  let written = 0;
  let raw = 0;
  let mode: 'unknown' | 'gzip' | 'plain' = 'unknown';
  let damage: string | undefined;
  let head = Buffer.alloc(0);
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  const give = (chunk: Buffer) => {
    if (damage !== undefined) return;
    raw += chunk.length;
    if (raw > limits.raw) damage = `more than ${limits.raw} bytes when unpacked`;
    else if (raw > ratioFrom && raw > packed * limits.ratio)
      damage = `unpacks to more than ${limits.ratio} times its size`;
    else damage = take(chunk);
  };
  gunzip.on('data', give);
  let broken: string | undefined;
  // A write that fails is not always answered: the error itself ends the waiting.
  let goOn = () => {};
  gunzip.on('error', ({ code }: NodeJS.ErrnoException) => {
    broken ??= code === 'Z_BUF_ERROR' ? 'the archive is cut off' : 'the archive is broken';
    goOn();
  });
  const until = (begin: (done: () => void) => void) =>
    new Promise<void>((done) => {
      goOn = done;
      begin(done);
    });
  let isOver = false;
  const checkRest = (rest: Buffer) => {
    if (rest.some((byte) => byte !== 0)) broken ??= 'something stands behind the end of the archive';
  };
  const write = async (bytes: Buffer) => {
    if (isOver) checkRest(bytes);
    if (isOver) return;
    for (let from = 0; from < bytes.length && damage === undefined && broken === undefined;) {
      const slice = bytes.subarray(from, from + pieceAfter(written));
      await until((done) => gunzip.write(slice, () => done()));
      from += slice.length;
      written += slice.length;
      // What is not taken stands behind the end: zeros, with which some tools fill a block (gzip skips them as well).
      if (broken === undefined && gunzip.bytesWritten < written) {
        isOver = true;
        checkRest(slice.subarray(slice.length - (written - gunzip.bytesWritten)));
        checkRest(bytes.subarray(from));
        return;
      }
    }
  };
  for await (const part of source) {
    packed += part.length;
    let bytes = Buffer.from(part.buffer, part.byteOffset, part.length);
    if (mode === 'unknown') {
      head = Buffer.concat([head, bytes]);
      if (head.length < 2) continue;
      mode = head[0] === 0x1f && head[1] === 0x8b ? 'gzip' : 'plain';
      if (mode === 'plain' && !plain) damage = 'is no gzip archive';
      bytes = head;
    }
    if (mode === 'gzip') await write(bytes);
    else give(bytes);
    if (damage !== undefined || broken !== undefined) break;
  }
  if (packed === 0) damage = 'is empty (0 bytes)';
  else if (mode === 'unknown' && plain) give(head);
  else if (mode === 'unknown') damage = 'is no gzip archive';
  if (mode === 'gzip' && !isOver && damage === undefined && broken === undefined) {
    await until((done) => {
      gunzip.once('end', done);
      gunzip.end();
    });
  }
  gunzip.destroy();
  const why = damage ?? broken;
  return { packed, raw, ...(why !== undefined && { damage: why }) };
}
