import type { ActivityRecord, AuditRecord, LogType } from '../contracts/records';
import { continued, parseActivity } from './activity-log';
import { ConnectionLog } from './connection-log';
import { Lines } from './lines';
import { parseUser } from './user-log';

/** What became of the lines of a log: `records + continued + malformed` are all there were. */
export interface Counts {
  readonly lines: number;
  readonly records: number;
  /** Lines of statements that have several. */
  readonly continued: number;
  readonly malformed: number;
}

/** Reads one log as a stream, in linear time and bounded memory, wherever the stream is cut. */
export class LogParser {
  readonly #type: LogType;
  readonly #lines = new Lines();
  readonly #connections = new ConnectionLog();
  #counts = { lines: 0, records: 0, continued: 0, malformed: 0 };
  #open: ActivityRecord | undefined;

  constructor(type: LogType) {
    this.#type = type;
  }

  get counts(): Counts {
    return { ...this.#counts };
  }

  /** The records that have ended. */
  push(bytes: Uint8Array): AuditRecord[] {
    return this.#lines.push(bytes).flatMap((line) => this.#line(line));
  }

  /** What is left at the end. */
  end(): AuditRecord[] {
    const last = this.#lines.end().flatMap((line) => this.#line(line));
    const open = this.#open;
    this.#open = undefined;
    return open === undefined ? last : [...last, open];
  }

  #line(text: string): AuditRecord[] {
    this.#counts.lines += 1;
    const line = this.#counts.lines;
    if (this.#type === 'useractivitylog') return this.#activity(text, line);
    if (text.trim() === '') return this.#counted({ log: 'malformed', line, raw: '', why: 'it is empty' });
    return this.#counted(this.#type === 'userlog' ? parseUser(text, line) : this.#connections.parse(text, line));
  }

  #counted(record: AuditRecord): AuditRecord[] {
    if (record.log === 'malformed') this.#counts.malformed += 1;
    else this.#counts.records += 1;
    return [record];
  }

  /** A statement keeps its line breaks, so a record ends where the next one begins. */
  #activity(text: string, line: number): AuditRecord[] {
    const record = parseActivity(text, line);
    const before = this.#open;
    if (record === undefined) {
      if (before === undefined)
        return this.#counted({ log: 'malformed', line, raw: text.slice(0, 4_000), why: 'it belongs to no statement' });
      this.#counts.continued += 1;
      this.#open = continued(before, text);
      return [];
    }
    this.#counts.records += 1;
    this.#open = record;
    return before === undefined ? [] : [before];
  }
}
