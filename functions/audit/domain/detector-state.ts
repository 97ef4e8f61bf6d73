import type { Window } from './window';

/** Everything that the rules remember: plain JSON, bounded however much is read. */
export interface DetectorState {
  /** Failed logins, by cluster and address, and by cluster and user. */
  readonly failures: Readonly<Record<string, Window>>;
  /** By cluster and address: the users that were tried, and when last. */
  readonly users: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** By cluster and pid: whose session it is. */
  readonly sessions: Readonly<Record<string, Session>>;
  /** By cluster and user id: what is known of an account. */
  readonly accounts: Readonly<Record<string, Account>>;
}

export interface Session {
  readonly user: string;
  readonly host: string;
  readonly application: string;
  readonly at: number;
}

export interface Account {
  readonly name: string;
  readonly isSuper: boolean;
  readonly canUpdateCatalog: boolean;
  readonly validUntil: string;
  readonly createdAt?: number;
}

/** The same while records are read: changed in place, since a file can have millions of them. */
export interface Draft {
  readonly failures: Map<string, Window>;
  readonly users: Map<string, Readonly<Record<string, number>>>;
  readonly sessions: Map<string, Session>;
  readonly accounts: Map<string, Account>;
}

const parts = ['failures', 'users', 'sessions', 'accounts'] as const;

export function draftOf(state: DetectorState | undefined): Draft {
  const mapOf = <Value>(record: Readonly<Record<string, Value>> = {}) => new Map(Object.entries(record));
  return {
    failures: mapOf(state?.failures),
    users: mapOf(state?.users),
    sessions: mapOf(state?.sessions),
    accounts: mapOf(state?.accounts),
  };
}

export function stateOf(draft: Draft): DetectorState {
  // Keys are out of logs: one may be called as something that every object has.
  const entries = parts.map(
    (part) => [part, Object.assign(Object.create(null) as object, Object.fromEntries(draft[part]))] as const,
  );
  return Object.fromEntries(entries) as unknown as DetectorState;
}

const most = 5_000;

/** Adds or renews an entry; the one that was renewed longest ago goes when there are too many. */
export function put<Value>(table: Map<string, Value>, key: string, value: Value): void {
  table.delete(key);
  table.set(key, value);
  if (table.size <= most) return;
  for (const oldest of table.keys()) {
    table.delete(oldest);
    return;
  }
}
