export type LogType = 'connectionlog' | 'userlog' | 'useractivitylog';
export const logTypes: readonly LogType[] = ['connectionlog', 'userlog', 'useractivitylog'];

/** A line of connectionlog. Texts are trimmed; columns that the file does not have yet are empty. */
export interface ConnectionRecord {
  readonly log: 'connectionlog';
  /** Open: `authenticated`, `initiating session`, `authentication failure` and others. */
  readonly event: string;
  /** ms of the epoch. */
  readonly at: number;
  readonly host: string;
  readonly port: string;
  readonly pid: number;
  readonly database: string;
  readonly user: string;
  readonly authMethod: string;
  readonly durationUs: number;
  readonly sslVersion: string;
  readonly sslCipher: string;
  readonly mtu: string;
  readonly sslCompression: string;
  readonly sslExpansion: string;
  readonly iamAuthGuid: string;
  readonly application: string;
  readonly os: string;
  readonly driver: string;
  readonly plugin: string;
  readonly protocol: string;
  readonly session: string;
  /** How many columns the line has. */
  readonly columns: number;
}

/** A line of userlog: who was changed. Not who did it. */
export interface UserRecord {
  readonly log: 'userlog';
  readonly userId: number;
  readonly user: string;
  readonly oldUser: string;
  readonly action: 'create' | 'drop' | 'alter' | 'rename';
  readonly createDb: boolean;
  readonly superuser: boolean;
  /** May change system catalogues. */
  readonly catalog: boolean;
  /** As it stands there; 9223372036854775807: for ever. */
  readonly validUntil: string;
  readonly pid: number;
  readonly xid: number;
  readonly at: number;
}

/** A statement, logged before it runs: it says nothing about success. */
export interface ActivityRecord {
  readonly log: 'useractivitylog';
  readonly at: number;
  readonly database: string;
  readonly user: string;
  readonly pid: number;
  readonly userId: number;
  readonly xid: number;
  /** With its newlines; kept to `keptStatementLength`. */
  readonly statement: string;
}

export type LogRecord = ConnectionRecord | UserRecord | ActivityRecord;

/**
 * How far a record can be believed. `all`. `server`: only what the server wrote before any text of a client (of
 * connectionlog event, time, host, port, pid; of userlog the numbers). `none`: a client may have written it whole.
 */
export type Trust = 'all' | 'server' | 'none';

export type LogItem =
  | {
      readonly kind: 'record';
      /** Number of its first line, from 1, and how many it has. */
      readonly line: number;
      readonly lines: number;
      readonly record: LogRecord;
      readonly trust: Trust;
      /** Why not everything is believed. */
      readonly doubt?: string;
      /** The host that can have written it. */
      readonly writer?: string;
      readonly raw: string;
    }
  | {
      readonly kind: 'malformed';
      readonly line: number;
      readonly reason: string;
      readonly raw: string;
      /** What the server wrote before a newline in a login name broke the line. */
      readonly begun?: Pick<ConnectionRecord, 'event' | 'at' | 'host' | 'port' | 'pid'>;
    };

/** Every line is in a record, malformed or skipped: `lines` is the sum of these. */
export interface Counts {
  readonly lines: number;
  /** Lines that belong to records. */
  readonly recordLines: number;
  readonly records: number;
  readonly malformed: number;
  /** Lines that nothing was to be known of. */
  readonly skipped: number;
}

/** Reads one log as it comes, in pieces of any size. */
export interface Parser {
  push(chunk: Buffer): LogItem[];
  /** One record whose end is known, as CloudWatch Logs has it: a newline in it begins none. Not between parts of a line. */
  message(text: string): LogItem[];
  /** What was not complete before. Nothing may be pushed after. */
  end(): LogItem[];
  readonly counts: Counts;
}
