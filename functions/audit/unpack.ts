import { createGunzip, type Gunzip } from 'node:zlib';
import { unpackAgain } from './unpack-again';

export interface UnpackLimits {
  /** Bytes after unpacking. */
  readonly raw: number;
  /** Unpacked against packed, looked at above 512 MB: a million equal lines are packed nearly as well. Deflate itself ends at about 1030. */
  readonly ratio: number;
}

export const defaultLimits: UnpackLimits = { raw: 2 * 1024 ** 3, ratio: 500 };

export interface UnpackResult {
  readonly packed: number;
  readonly raw: number;
  /** Why not everything could be read; what could was handed on. */
  readonly damage?: string;
}

/**
 * Where the archive is broken, what a piece would have become is not given: at first that is 64 bytes, then a 64th of
 * what was read before it, never more than 256 KB. Each costs a way to another thread and back, so that they grow: of
 * 17 KB there are some 160, which take 3 ms. What is lost so is read again, byte by byte, unless the archive is large.
 */
const pieces = { least: 64, most: 256 * 1024, of: 64 };
const pieceAfter = (packed: number) => Math.max(pieces.least, Math.min(pieces.most, Math.floor(packed / pieces.of)));
/** A log of an hour has 17 KB, and 64 bytes of it can be all of a quiet one. */
const mostKept = 1024 ** 2;
/**
 * Unpacked bytes of a piece. Each is memory of its own: while more lines are read than fit into the young half of the heap,
 * a piece grows old, and lies there until the engine looks through all of it. Of a million failures such pieces of 256 KB
 * took 60 MB; pieces of 128 KB are read before that. None is made smaller than it must be: the way from thread to thread
 * takes some 60 us, with pieces of 64 KB a seventh of the time in which every line is parsed.
 */
const unpackedBytes = { ahead: 256 * 1024, inTurn: 128 * 1024 };
const ratioFrom = 512 * 1024 ** 2;

export interface UnpackOptions {
  readonly limits?: UnpackLimits;
  /** What is no gzip is handed on as it is. */
  readonly plain?: boolean;
  /**
   * The next piece is unpacked while one is read: with two processors it takes a seventh less time. For who makes little
   * of each: else pieces outlive the young half of the heap, and there are 50 MB more of them.
   */
  readonly ahead?: boolean;
}

/**
 * Unpacks a stream and hands it on as it comes; never the whole in memory. Never rejects for what is in it.
 *
 * @param take may say why nothing more is to be read.
 */
export async function unpack(
  source: AsyncIterable<Uint8Array>,
  take: (chunk: Buffer) => string | undefined,
  { limits = defaultLimits, plain = false, ahead = false }: UnpackOptions = {},
): Promise<UnpackResult> {
  let packed = 0;
  let raw = 0;
  let mode: 'unknown' | 'gzip' | 'plain' = 'unknown';
  let damage: string | undefined;
  let head = Buffer.alloc(0);
  const give = (chunk: Buffer) => {
    if (damage !== undefined) return;
    raw += chunk.length;
    if (raw > limits.raw) damage = `it has more than ${limits.raw} bytes when unpacked`;
    else if (raw > ratioFrom && raw > packed * limits.ratio)
      damage = `it unpacks to more than ${limits.ratio} times its size`;
    else damage = take(chunk);
  };
  const archive = new Archive(give, ahead);
  for await (const part of source) {
    packed += part.length;
    let bytes = Buffer.from(part.buffer, part.byteOffset, part.length);
    if (mode === 'unknown') {
      head = Buffer.concat([head, bytes]);
      if (head.length < 2) continue;
      mode = head[0] === 0x1f && head[1] === 0x8b ? 'gzip' : 'plain';
      if (mode === 'plain' && !plain) damage = 'it is no gzip archive';
      bytes = head;
    }
    if (mode === 'gzip') await archive.write(bytes, () => damage !== undefined);
    else give(bytes);
    if (damage !== undefined || archive.broken !== undefined) break;
  }
  if (packed === 0) damage = 'it is empty (0 bytes)';
  else if (mode === 'unknown' && plain) give(head);
  else if (mode === 'unknown') damage = 'it is no gzip archive';
  if (mode === 'gzip' && damage === undefined) await archive.end();
  const { lost } = archive;
  if (lost !== undefined && damage === undefined) await unpackAgain(lost, raw, give);
  archive.close();
  const why = damage ?? archive.broken;
  return { packed, raw, ...(why !== undefined && { damage: why }) };
}

/** An archive that is unpacked piece by piece; what is wrong with it is said by `broken`. */
class Archive {
  broken: string | undefined;
  readonly #gunzip: Gunzip;
  #written = 0;
  /** What was written, while that is little. */
  #kept: Buffer[] | undefined = [];
  /** What can be read again, and where the piece begins in which it broke. */
  lost: { readonly packed: Buffer; readonly from: number } | undefined;
  #isOver = false;
  /** Once it is over: so many bytes are its own, or zeros behind them. */
  #behind = 0;
  #goOn = () => {};

  constructor(give: (chunk: Buffer) => void, ahead: boolean) {
    this.#gunzip = createGunzip({ chunkSize: ahead ? unpackedBytes.ahead : unpackedBytes.inTurn });
    // Not at once: zlib's thread begins with the next piece behind this event, and unpacks it while this one is read.
    this.#gunzip.on('data', ahead ? (chunk: Buffer) => queueMicrotask(() => give(chunk)) : give);
    // A write that fails is not always answered: the error itself ends the waiting.
    this.#gunzip.on('error', ({ code }: NodeJS.ErrnoException) => {
      this.broken ??= code === 'Z_BUF_ERROR' ? 'the archive is cut off' : 'the archive is broken';
      this.#goOn();
    });
  }

  async write(bytes: Buffer, isEnough: () => boolean): Promise<void> {
    for (let from = 0; from < bytes.length && this.broken === undefined && !isEnough();) {
      if (this.#isOver) {
        this.#checkRest(bytes.subarray(from));
        return;
      }
      const slice = bytes.subarray(from, from + pieceAfter(this.#written));
      if (this.#written > mostKept) this.#kept = undefined;
      this.#kept?.push(Buffer.from(slice));
      await this.#until((done) => this.#gunzip.write(slice, () => done()));
      if (this.#isBroken() && this.#kept !== undefined)
        this.lost = { packed: Buffer.concat(this.#kept), from: this.#written };
      from += slice.length;
      this.#written += slice.length;
      const untaken = this.#written - this.#gunzip.bytesWritten;
      if (untaken === 0 || this.#isBroken()) continue;
      this.#isOver = true;
      this.#behind = this.#gunzip.bytesWritten;
      this.#checkRest(slice.subarray(slice.length - untaken));
    }
  }

  async end(): Promise<void> {
    if (this.#isBroken() || this.#gunzip.readableEnded) return;
    await this.#until((done) => {
      this.#gunzip.once('end', done);
      if (!this.#isOver) this.#gunzip.end();
    });
  }

  close(): void {
    this.#gunzip.destroy();
  }

  /** It can come to be so within any waiting, which the compiler does not follow. */
  #isBroken(): boolean {
    return this.broken !== undefined;
  }

  /**
   * Behind the end stand zeros at most, with which some tools fill a block. What stands behind those is not read, also if
   * it is another archive: gzip itself ignores it, says so and ends with 2 (1.12: "trailing garbage ignored").
   */
  #checkRest(rest: Buffer): void {
    const zeros = rest.findIndex((byte) => byte !== 0);
    this.#behind += zeros < 0 ? rest.length : zeros;
    if (zeros >= 0)
      this.broken ??= `from byte ${this.#behind} of the archive on, behind its end and zeros, there is more, which was not read: gzip ignores it too, and it can be another archive with lines`;
  }

  #until(begin: (done: () => void) => void): Promise<void> {
    return new Promise((done) => {
      this.#goOn = done;
      begin(done);
    });
  }
}
