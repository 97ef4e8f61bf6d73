import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { EventQueue } from '../../../../functions/webhooks/ports/queue';

export interface Received {
  readonly receipt: string;
  readonly body: string;
}

/** What of SQS the stager's side needs. */
export interface LocalQueue extends EventQueue {
  /** Up to `most` messages, which stay hidden for `hiddenMs` and come again if they are not deleted by then. */
  receive(most: number, hiddenMs: number): readonly Received[];
  delete(receipts: readonly string[]): Promise<void>;
  readonly size: number;
  close(): Promise<void>;
}

type Entry = { readonly i: string; readonly b: string } | { readonly d: readonly string[] };

/**
 * A queue in one file, to which is only appended: what is sent, and what is deleted. `send` resolves when its line is on
 * the disk; all that wait at once are written and synced together. What was received and not deleted comes again, also
 * after the process was killed.
 */
export async function openJournalQueue(path: string, now: () => number): Promise<LocalQueue> {
  mkdirSync(dirname(path), { recursive: true });
  const messages = existsSync(path) ? replay(readFileSync(path, 'utf8')) : new Map<string, string>();
  // Begins with what is left, so that the file does not grow for ever.
  await rewrite(path, messages);
  const file = await open(path, 'a');
  const writer = new GroupWriter(file);
  const hidden = new Map<string, number>();
  return {
    send: async (body) => {
      const id = randomUUID();
      await writer.write({ i: id, b: body });
      messages.set(id, body);
    },
    receive: (most, hiddenMs) => {
      const found: Received[] = [];
      for (const [receipt, body] of messages) {
        if (found.length >= most) break;
        if ((hidden.get(receipt) ?? 0) > now()) continue;
        hidden.set(receipt, now() + hiddenMs);
        found.push({ receipt, body });
      }
      return found;
    },
    delete: async (receipts) => {
      if (receipts.length === 0) return;
      await writer.write({ d: receipts });
      for (const receipt of receipts) {
        messages.delete(receipt);
        hidden.delete(receipt);
      }
    },
    get size() {
      return messages.size;
    },
    close: async () => {
      await writer.idle();
      await file.close();
    },
  };
}

/** A last line that was cut off was acknowledged to nobody. */
function replay(text: string): Map<string, string> {
  const messages = new Map<string, string>();
  for (const line of text.split('\n').slice(0, -1)) {
    let entry: Entry;
    try {
      entry = JSON.parse(line) as Entry;
    } catch {
      continue;
    }
    if ('d' in entry) for (const id of entry.d) messages.delete(id);
    else messages.set(entry.i, entry.b);
  }
  return messages;
}

async function rewrite(path: string, messages: ReadonlyMap<string, string>): Promise<void> {
  const beside = `${path}.part`;
  await rm(beside, { force: true });
  const file = await open(beside, 'w');
  await file.writeFile([...messages].map(([i, b]) => `${JSON.stringify({ i, b })}\n`).join(''));
  await file.datasync();
  await file.close();
  await rename(beside, path);
}

class GroupWriter {
  readonly #file: FileHandle;
  #waiting: { text: string; done: () => void; failed: (error: unknown) => void }[] = [];
  #writing: Promise<void> | undefined;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  write(entry: Entry): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ text: `${JSON.stringify(entry)}\n`, done, failed });
      this.#writing ??= this.#all().finally(() => (this.#writing = undefined));
    });
  }

  async idle(): Promise<void> {
    await this.#writing;
  }

  async #all(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      try {
        await this.#file.appendFile(group.map(({ text }) => text).join(''));
        await this.#file.datasync();
        for (const { done } of group) done();
      } catch (error) {
        for (const { failed } of group) failed(error);
      }
    }
  }
}
