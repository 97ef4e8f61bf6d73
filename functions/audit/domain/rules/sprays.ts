import { Distinct } from './distinct';
import { detailsOf, type Findings } from './findings';
import type { RuleOptions } from './options';
import { mostTried, type DetectorState, type UserFailures } from './state';
import { getOrCreate, later, unshown, type LastEvidence, type Trackers } from './trackers';
import type { Hot } from './windows';

const minute = 60_000;
/** While a file is read there may be more than are remembered: finding those to forget is work. */
const most = 2 * mostTried;
/** Of all addresses together, while a file is read: some 8 MB. */
const mostEntries = 60_000;

/** What a file shows of an address. */
interface Tries {
  /** The state's own. */
  readonly all: UserFailures[];
  /** The newest of each user, where there is more than one entry: of addresses that come once there are thousands. */
  newest: Map<string, UserFailures> | undefined;
  /** For `#users`. */
  readonly number: number;
  /**
   * Different users, of this file and of what was remembered; at least so many, where not all could be told apart. As long
   * as none was forgotten, all are in `newest`, and this is `undefined`.
   */
  users: number | undefined;
  atLeast: boolean;
  shown: LastEvidence;
  /** Something was added that has not been reported. */
  isNew: boolean;
}

interface SpraysProps {
  readonly options: RuleOptions;
  readonly cluster: string;
  readonly state: DetectorState;
  readonly trackers: Trackers;
  readonly findings: Findings;
}

/** AUTH-SPRAY: different users that fail from one address within a window. Counts their failures, and the users. */
export class Sprays {
  readonly #props: SpraysProps;
  readonly #touched = new Map<string, Tries>();
  readonly #users = new Distinct();
  /** Addresses of this file, for `#users`. */
  #hosts = 0;
  #hasForgotten = false;
  #entries = 0;

  constructor(props: SpraysProps) {
    this.#props = props;
  }

  add(host: string, user: string, shown: LastEvidence): void {
    const tries = this.#touched.get(host) ?? this.#begin(host, user, shown.at);
    tries.isNew = true;
    const known = tries.newest === undefined ? tries.all.find(isOf(user)) : tries.newest.get(user);
    // Of one user a time in a minute is enough to know who failed when.
    if (known !== undefined && Math.abs(known[1] - shown.at) < minute) known[2] += 1;
    else this.#append(tries, [user, shown.at, 1, 0]);
    // Of fewer users nothing is reported.
    const isShown = namesOf(tries) >= this.#props.options.spray.users;
    tries.shown = later(tries.shown, isShown ? shown : unshown(shown.at));
    if (tries.all.length > most) {
      this.#settle(host, tries);
      this.#forgetOldest(tries, mostTried);
    }
    if (this.#entries > mostEntries) this.#shrink();
  }

  #append(tries: Tries, one: UserFailures): void {
    const newest = (tries.newest ??= newestOf(tries.all));
    const [user, at] = one;
    const known = newest.get(user);
    tries.all.push(one);
    this.#entries += 1;
    if (known === undefined || known[1] <= at) newest.set(user, one);
    if (known === undefined && tries.users !== undefined) this.#count(tries, user);
  }

  /** From now on users are told apart by what is kept of their names: those that are known are among them. */
  #forgetOldest(tries: Tries, kept: number): void {
    if (tries.all.length <= kept) return;
    if (tries.users === undefined) for (const user of newestOf(tries.all).keys()) this.#count(tries, user);
    this.#entries -= forgetOldest(tries, kept, this.#windowMs);
  }

  /** Of each address as much as there is room for, where there are many. */
  #shrink(): void {
    this.settle();
    const { users } = this.#props.options.spray;
    const share = Math.max(2 * users, Math.floor(mostEntries / 2 / this.#touched.size));
    for (const tries of this.#touched.values()) this.#forgetOldest(tries, share);
    const left = [...this.#touched.values()].reduce((sum, { all }) => sum + all.length, 0);
    // Where the least that is kept is more than half, the next time is when there is as much again.
    this.#entries = Math.min(left, mostEntries / 2);
  }

  /** Reports what has not been reported. */
  settle(): void {
    for (const [host, tries] of this.#touched) this.#settle(host, tries);
  }

  /** Something was forgotten by the state: what is held of it is not in it any more. */
  refresh(): void {
    const { sprays } = this.#props.state;
    for (const [host, tries] of this.#touched)
      if (!Object.hasOwn(sprays, host)) {
        this.#hasForgotten = true;
        this.#entries -= tries.all.length;
        this.#touched.delete(host);
      }
  }

  get #windowMs(): number {
    return this.#props.options.spray.minutes * minute;
  }

  /** Of an address that was not known, with an entry for that user that counts nothing yet. */
  #begin(host: string, user: string, at: number): Tries {
    const { state, trackers } = this.#props;
    const isNew = !Object.hasOwn(state.sprays, host);
    if (isNew) trackers.sizes.sprays += 1;
    if (isNew) this.#entries += 1;
    // As a literal it has room for itself alone. @see timesOf
    const all = getOrCreate(state.sprays, host, (): UserFailures[] => [[user, at, 0, 0]]);
    // Where the list is full, some of it has been forgotten.
    const atLeast = all.length >= mostTried || (isNew && this.#hasForgotten);
    const newest = all.length > 1 ? newestOf(all) : undefined;
    const number = (this.#hosts += 1);
    const tries: Tries = { all, newest, number, users: undefined, atLeast, shown: unshown(at), isNew: true };
    this.#touched.set(host, tries);
    return tries;
  }

  #count(tries: Tries, user: string): void {
    tries.users ??= 0;
    const isNew = this.#users.add(user, tries.number);
    if (isNew === undefined) tries.atLeast = true;
    else if (isNew) tries.users += 1;
  }

  #settle(host: string, tries: Tries): void {
    // Fewer than so many have not failed together.
    if (!tries.isNew || namesOf(tries) < this.#props.options.spray.users) return;
    tries.isNew = false;
    const { all, users = namesOf(tries), atLeast, shown } = tries;
    const { options, cluster, findings } = this.#props;
    const { fresh, first, last, names } = reportTogether(all, options.spray.users, this.#windowMs);
    if (last < first) return;
    const number = `${atLeast ? 'at least ' : ''}${users}`;
    const more = users > names.length ? ` and ${users - names.length} more` : '';
    findings.add({
      rule: 'AUTH-SPRAY',
      cluster,
      entity: host,
      details: detailsOf(`${number} user names tried from ${host}`, [
        ['from', host],
        ['different names', number],
        ['names', `${names.join(', ')}${more}`],
      ]),
      count: fresh,
      firstAt: first,
      lastAt: last,
      ...(atLeast && { atLeast }),
      ...(shown.evidence !== undefined && { evidence: shown.evidence }),
    });
  }
}

const shownNames = 20;

const isOf = (user: string) => (one: UserFailures) => one[0] === user;
const namesOf = ({ all, newest }: Tries) => newest?.size ?? all.length;

function newestOf(all: readonly UserFailures[]): Map<string, UserFailures> {
  const newest = new Map<string, UserFailures>();
  for (const one of all) if ((newest.get(one[0])?.[1] ?? -Infinity) <= one[1]) newest.set(one[0], one);
  return newest;
}

/**
 * Marks all that lies in a window with at least `least` different users, and says how much of it has not been reported,
 * and who the first of them are.
 */
function reportTogether(
  all: UserFailures[],
  least: number,
  windowMs: number,
): Hot & { readonly names: readonly string[] } {
  const result = { fresh: 0, first: Infinity, last: -Infinity };
  const names = new Set<string>();
  all.sort(([, a], [, b]) => a - b);
  const inside = new Map<string, number>();
  let [from, marked] = [0, 0];
  for (const [to, [user, at]] of all.entries()) {
    inside.set(user, (inside.get(user) ?? 0) + 1);
    for (let first = all[from]; first !== undefined && at - first[1] >= windowMs; first = all[(from += 1)]) {
      const left = (inside.get(first[0]) ?? 0) - 1;
      if (left <= 0) inside.delete(first[0]);
      else inside.set(first[0], left);
    }
    if (inside.size < least) continue;
    for (const one of all.slice(Math.max(from, marked), to + 1)) {
      result.fresh += one[2] - one[3];
      one[3] = one[2];
      result.first = Math.min(result.first, one[1]);
      result.last = Math.max(result.last, one[1]);
      if (names.size < shownNames) names.add(one[0]);
    }
    marked = to + 1;
  }
  return { ...result, names: [...names] };
}

/**
 * First those of users who failed later as well: whether there are many users is known without them.
 *
 * @returns how many.
 */
function forgetOldest(tries: Tries, kept: number, windowMs: number): number {
  const { all } = tries;
  const newest = (tries.newest ??= newestOf(all));
  const spare = all.length - kept;
  if (spare <= 0) return 0;
  const isOld = (one: UserFailures) => newest.get(one[0]) !== one;
  const gone = new Set([...all.filter(isOld), ...all.filter((one) => !isOld(one))].slice(0, spare));
  const last = all.at(-1)?.[1] ?? 0;
  for (const one of gone) {
    if (newest.get(one[0]) === one) newest.delete(one[0]);
    if (one[2] > one[3] && last - one[1] < windowMs) tries.atLeast = true;
  }
  all.splice(0, all.length, ...all.filter((one) => !gone.has(one)));
  return gone.size;
}
