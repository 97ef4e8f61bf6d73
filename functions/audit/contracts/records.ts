/** What the three logs have in common. Times are milliseconds since the epoch. */
interface Located {
  /** Of its object, from 1. */
  readonly line: number;
  /** As it stands there, at most a few thousand characters. */
  readonly raw: string;
}

/** One connection, or what became of it. */
export interface ConnectionRecord extends Located {
  readonly log: 'connectionlog';
  readonly event: string;
  readonly at: number;
  /** IPv4 in its own form; `[local]` is the machine itself; empty where there is none. */
  readonly host: string;
  readonly port: string;
  readonly pid: number;
  readonly database: string;
  /** Written by whoever connects, before anybody is authenticated. */
  readonly user: string;
  readonly method: string;
  readonly application: string;
  readonly os: string;
  readonly driver: string;
  readonly session: string;
  readonly columns: number;
  /** Why what comes after the pid may be another's text: nothing may be said in the name of its user. */
  readonly doubt?: string;
}

/** A change to an account. */
export interface UserRecord extends Located {
  readonly log: 'userlog';
  readonly at: number;
  readonly userId: number;
  readonly user: string;
  readonly oldUser: string;
  /** `create`, `drop`, `alter`, `rename`, or a word that a newer Redshift has. */
  readonly action: string;
  readonly createDb: boolean;
  readonly isSuper: boolean;
  readonly canUpdateCatalog: boolean;
  /** `never`, or the text that stands there. */
  readonly validUntil: string;
  readonly pid: number;
  readonly xid: number;
  readonly doubt?: string;
}

/** A statement, as it was sent; not whether it succeeded. */
export interface ActivityRecord extends Located {
  readonly log: 'useractivitylog';
  readonly at: number;
  readonly database: string;
  readonly user: string;
  readonly pid: number;
  readonly userId: number;
  readonly xid: number;
  /** With its line breaks, at most 16,384 characters. */
  readonly statement: string;
}

/** A line that is no record, and no part of one. */
export interface Malformed extends Located {
  readonly log: 'malformed';
  readonly why: string;
}

export type AuditRecord = ConnectionRecord | UserRecord | ActivityRecord | Malformed;
export type LogType = 'connectionlog' | 'userlog' | 'useractivitylog';
export const logTypes: readonly LogType[] = ['connectionlog', 'userlog', 'useractivitylog'];
