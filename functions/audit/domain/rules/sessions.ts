import { copyOf } from '../logs/lines';
import type { ConnectionRecord } from '../logs/records';
import { keepNewest, slack } from './forgetting';
import { mostOf, type DetectorState, type DatabaseSession } from './state';
import type { Trackers } from './trackers';

/** Why a line is not believed, and who can be blamed for it: the address that the server wrote, where it did. */
export interface Disbelief {
  readonly why: string;
  readonly host?: string;
}

/** The column has 250 characters. */
const longestApplication = 250;

/**
 * Enough of the id that the server gives a session (a UUID): who writes a line by a name cannot know it. 48 bits: of two
 * sessions that have 32 in common, a busy cluster has some every day, and would be reported as a forgery.
 */
const idOf = ({ session }: ConnectionRecord) => copyOf(session.slice(0, 'xxxxxxxx-xxxx'.length));

/**
 * Who had which process when, and whether lines agree about it. A name with a newline and enough `|` makes two whole
 * lines of one: the first ends with an id of a session that the client made up, and the second begins as the client
 * likes and ends with the true id, which belongs to another login then.
 */
export class Sessions {
  readonly #state: DetectorState;
  readonly #trackers: Trackers;
  readonly #byPid = new Map<number, DatabaseSession[]>();
  readonly #byId = new Map<string, DatabaseSession>();
  readonly #applications = new Map<string, string>();

  constructor(state: DetectorState, trackers: Trackers) {
    this.#state = state;
    this.#trackers = trackers;
    for (const one of Object.values(state.sessions).flat()) if (one.id !== undefined) this.#byId.set(one.id, one);
  }

  /** A login: a session is one user's, from one address. */
  login(one: ConnectionRecord, host: string): Disbelief | undefined {
    const id = idOf(one);
    const other = id === '' ? undefined : this.#byId.get(id);
    if (other === undefined || (other.user === one.user && other.host === host)) return undefined;
    // Files come in any order: which of the two was first is not known, so neither is believed alone.
    other.rival = copyOf(`${one.user.slice(0, 100)} from ${host.slice(0, 100)}`);
    return { why: 'its session is of another login: a newline in a name can have written it' };
  }

  /** A login that failed has no session: that of another ends a line that the other wrote. */
  failed(one: ConnectionRecord, host: string): Disbelief | undefined {
    if (this.#byId.size === 0) return undefined;
    const other = this.#byId.get(idOf(one));
    if (other === undefined || other.host === host) return undefined;
    return { why: 'its session is of another login: a newline in a name can have written it', host: other.host };
  }

  see(one: ConnectionRecord, host: string): Disbelief | undefined {
    const { event, pid, at, user, application } = one;
    const known = this.#of(pid);
    let index = known.length - 1;
    while (index >= 0 && !isOf(known[index], user, at)) index -= 1;
    const last = known[index];
    if (event === 'initiating session') {
      if (last?.from === at) return undefined;
      const why = this.login(one, host);
      if (why === undefined) this.#begin(known, one, host);
      return why;
    }
    if (last === undefined) return undefined;
    const id = idOf(one);
    if (last.until === undefined && last.id !== undefined && id !== '' && last.id !== id)
      return { why: 'its session is not that of its process: a newline in a name can have broken it', host };
    if (event === 'disconnecting session') last.until = at;
    else if (event === 'set application_name' && application !== '') last.application = this.#copied(application);
    return undefined;
  }

  /** Writes them into the state. */
  finish(): void {
    for (const [pid, sessions] of this.#byPid) this.#state.sessions[String(pid)] = sessions;
  }

  /** The names of who begins it are as the line has them: what is kept of a line is copied. */
  #begin(known: DatabaseSession[], begun: ConnectionRecord, host: string): void {
    const { at: from } = begun;
    const id = idOf(begun);
    const user = this.#trackers.ofUser(begun.user).name;
    const one: DatabaseSession = {
      from,
      user,
      host,
      application: this.#copied(begun.application),
      ...(id !== '' && { id }),
    };
    let before = known.length;
    while (before > 0 && (known[before - 1]?.from ?? 0) > from) before -= 1;
    if (before === known.length) known.push(one);
    else known.splice(before, 0, one);
    if (known.length > 8) known.shift();
    if (id === '') return;
    if (this.#byId.size >= mostOf.sessions * slack) this.#byId.clear();
    this.#byId.set(id, one);
  }

  #of(pid: number): DatabaseSession[] {
    const known = this.#byPid.get(pid);
    if (known !== undefined) return known;
    const all = this.#state.sessions[pid] ?? [];
    this.#byPid.set(pid, all);
    if (this.#byPid.size > mostOf.sessions * slack)
      keepNewest(this.#byPid, mostOf.sessions, (list) => list.at(-1)?.from);
    return all;
  }

  #copied(written: string): string {
    const application = written.slice(0, longestApplication);
    const known = this.#applications.get(application);
    if (known !== undefined) return known;
    if (this.#applications.size > 10_000) this.#applications.clear();
    const text = copyOf(application);
    this.#applications.set(text, text);
    return text;
  }
}

function isOf(session: DatabaseSession | undefined, user: string, at: number): boolean {
  return session !== undefined && session.user === user && session.from <= at;
}
