import { randomUUID } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { recordIn } from '../../../../functions/shared/schema';
import type { EventQueue } from '../../../../functions/webhooks/ports/queue';
import { syncFolder } from './durable';

export interface QueuedMessage {
  readonly receipt: string;
  readonly body: string;
}

/** What of SQS the stager's side needs. */
export interface LocalQueue extends EventQueue {
  /** Up to `most` messages, the oldest first, which stay hidden for `hiddenMs` and come again if they are not deleted by then. */
  receive(most: number, hiddenMs: number): readonly QueuedMessage[];
  delete(receipts: readonly string[]): Promise<void>;
  readonly size: number;
  close(): Promise<void>;
}

/** A message with its id, or the ids of those that are gone. */
const entrySchema = z.union([z.object({ i: z.string(), b: z.string() }), z.object({ d: z.array(z.string()) })]);
type Entry = z.output<typeof entrySchema>;

/** A journal of less is not written again, however little of it is still needed. */
const smallestJournal = 64_000_000;

/** Characters of all messages. They are in memory too, and events that no stager takes away must not fill it. */
const mostWaiting = 128_000_000;

/** So much waits already that the queue takes no more. Its message is for the log. */
export class QueueFull extends Error {
  override readonly name = 'QueueFull';
}

/**
 * A queue in one file, to which is only appended: what is sent, and what is deleted. `send` resolves when its line is on
 * the disk; all that wait at once are written and synced together. What was received and not deleted comes again, also
 * after the process was killed. Where most of the file is of messages that are gone, it is written again without them.
 */
export async function openJournalQueue(
  path: string,
  now: () => number,
  { smallest = smallestJournal, mostWaiting: most = mostWaiting } = {},
): Promise<LocalQueue> {
  mkdirSync(dirname(path), { recursive: true });
  const messages = await replay(path);
  const writer = await Journal.open(path, messages, smallest);
  const hidden = new Map<string, number>();
  let sending = 0;
  return {
    send: async (body) => {
      if (messages.characters + sending + body.length > most)
        throw new QueueFull(`${messages.size} messages wait to be staged, and no more of them are held`);
      sending += body.length;
      await writer.write({ i: randomUUID(), b: body }).finally(() => (sending -= body.length));
    },
    receive: (limit, hiddenMs) => {
      const found: QueuedMessage[] = [];
      for (const [receipt, body] of messages) {
        if (found.length >= limit) break;
        if ((hidden.get(receipt) ?? 0) > now()) continue;
        hidden.set(receipt, now() + hiddenMs);
        found.push({ receipt, body });
      }
      return found;
    },
    delete: async (receipts) => {
      if (receipts.length === 0) return;
      await writer.write({ d: [...receipts] });
      for (const receipt of receipts) hidden.delete(receipt);
    },
    get size() {
      return messages.size;
    },
    close: () => writer.close(),
  };
}

/** Bodies by receipt, oldest first. */
class Messages extends Map<string, string> {
  /** Of all bodies. */
  characters = 0;

  override set(receipt: string, body: string): this {
    this.characters += body.length - (this.get(receipt)?.length ?? 0);
    return super.set(receipt, body);
  }

  override delete(receipt: string): boolean {
    this.characters -= this.get(receipt)?.length ?? 0;
    return super.delete(receipt);
  }
}

function apply(messages: Messages, entry: Entry): void {
  if ('d' in entry) for (const id of entry.d) messages.delete(id);
  else messages.set(entry.i, entry.b);
}

/** Line by line: a journal may be longer than a text can be. A last line that was cut off was never acknowledged. */
async function replay(path: string): Promise<Messages> {
  const messages = new Messages();
  if (!existsSync(path)) return messages;
  let rest = '';
  for await (const piece of createReadStream(path, { encoding: 'utf8' }) as AsyncIterable<string>) {
    const lines = `${rest}${piece}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const entry = recordIn(entrySchema, line);
      if (entry !== undefined) apply(messages, entry);
    }
  }
  return messages;
}

/** Writes a journal of these messages beside the old one, and puts it in its place. Returns it, and its bytes. */
async function begin(
  path: string,
  messages: ReadonlyMap<string, string>,
): Promise<{ file: FileHandle; bytes: number }> {
  const beside = `${path}.part`;
  await rm(beside, { force: true });
  // No other user of this machine can read it.
  const file = await open(beside, 'a', 0o600);
  let bytes = 0;
  try {
    for (const [i, b] of messages) {
      const line = `${JSON.stringify({ i, b })}\n`;
      await file.appendFile(line);
      bytes += Buffer.byteLength(line);
    }
    await file.datasync();
    await rename(beside, path);
    // Until then a machine that loses its power may come up with the file of before, and what is sent now is in this one.
    await syncFolder(dirname(path));
    return { file, bytes };
  } catch (error) {
    // On a full disk it is tried again and again: each time a file would stay open, and its half would take what is left.
    await file.close();
    await rm(beside, { force: true });
    throw error;
  }
}

class Journal {
  readonly #path: string;
  readonly #messages: Messages;
  readonly #smallest: number;
  #file: FileHandle;
  #bytes: number;
  /** Of more bytes it is written again. */
  #most: number;
  /** A write has failed: half a line may stand at the end, and what is on the disk of it is not known. */
  #isTorn = false;
  #waiting: { entry: Entry; done: () => void; failed: (error: unknown) => void }[] = [];
  #writing: Promise<void> | undefined;

  private constructor(path: string, messages: Messages, smallest: number, begun: { file: FileHandle; bytes: number }) {
    this.#path = path;
    this.#messages = messages;
    this.#smallest = smallest;
    this.#file = begun.file;
    this.#bytes = begun.bytes;
    this.#most = Math.max(smallest, 4 * begun.bytes);
  }

  static async open(path: string, messages: Messages, smallest: number): Promise<Journal> {
    return new Journal(path, messages, smallest, await begin(path, messages));
  }

  write(entry: Entry): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ entry, done, failed });
      this.#writing ??= this.#all().finally(() => (this.#writing = undefined));
    });
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }

  async #all(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      try {
        // Behind half a line the next one would be lost with it: it was acknowledged, and no process would find it.
        if (this.#isTorn) await this.#repair();
        const text = group.map(({ entry }) => `${JSON.stringify(entry)}\n`).join('');
        await this.#file.appendFile(text);
        await this.#file.datasync();
        this.#bytes += Buffer.byteLength(text);
        for (const { entry, done } of group) {
          apply(this.#messages, entry);
          done();
        }
      } catch (error) {
        this.#isTorn = true;
        for (const { failed } of group) failed(error);
        continue;
      }
      if (this.#bytes > this.#most) await this.#shorten();
    }
  }

  /** Cuts off what is behind the last group that was synced. Where that cannot be done, the file may be gone: another one. */
  async #repair(): Promise<void> {
    try {
      await this.#file.truncate(this.#bytes);
      await this.#file.datasync();
      this.#isTorn = false;
    } catch {
      await this.#rewrite();
    }
  }

  /** A disk that has no room for a second file has some for the next lines of this one: it is tried again much later. */
  async #shorten(): Promise<void> {
    await this.#rewrite().catch(() => (this.#most = this.#bytes + this.#smallest));
  }

  /** Between two groups: all that the old file says is in the messages, and nothing else is being written. */
  async #rewrite(): Promise<void> {
    const old = this.#file;
    const { file, bytes } = await begin(this.#path, this.#messages);
    this.#file = file;
    this.#bytes = bytes;
    this.#most = Math.max(this.#smallest, 4 * bytes);
    this.#isTorn = false;
    await old.close();
  }
}
