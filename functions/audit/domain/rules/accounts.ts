import { copyOf } from '../logs/lines';
import type { UserRecord } from '../logs/records';
import { detailsOf, type Details, type Evidence, type Findings, type RuleFinding } from './findings';
import { endShown, isFar, longestEnd, yearOf } from './password-end';
import { getOrCreate, type Trackers } from './trackers';
import type { RuleOptions } from './options';
import type { AccountState, DetectorState, DatabaseSession } from './state';

/** Rules over userlog, the authority for accounts. */
export class Accounts {
  constructor(
    readonly options: RuleOptions,
    readonly cluster: string,
    readonly trackers: Trackers,
    readonly findings: Findings,
  ) {}

  /** @param named whether the names can be believed. */
  see(one: UserRecord, named: boolean, evidence: Evidence): void {
    if (named && this.options.ignoredUsers.includes(one.user)) return;
    const { state, sizes } = this.trackers;
    if (!Object.hasOwn(state.accounts, String(one.userId))) sizes.accounts += 1;
    const states = getOrCreate(state.accounts, String(one.userId), (): AccountState[] => []);
    const now: AccountState = {
      at: one.at,
      action: one.action,
      superuser: one.superuser,
      catalog: one.catalog,
      validUntil: copyOf(one.validUntil.slice(0, longestEnd)),
    };
    const before = states.findLast(({ at }) => at < one.at);
    states.push(now);
    states.sort((a, b) => a.at - b.at);
    if (states.length > 10) states.shift();
    const name = named ? one.user : `with the id ${one.userId}`;
    const facts: [string, string][] = [
      ['account', `${name} (id ${one.userId})`],
      ...(one.oldUser === '' || !named ? [] : ([['old name', one.oldUser]] as [string, string][])),
      ['done by', actorOf(state, one)],
      ['rights', rightsOf(one)],
      ['valid until', endShown(one.validUntil)],
      ['process, transaction', `${one.pid}, ${one.xid}`],
    ];
    const found = {
      cluster: this.cluster,
      entity: `${one.userId} ${name}`,
      count: 1,
      firstAt: one.at,
      lastAt: one.at,
      evidence,
    };
    const rule = `USER-${one.action.toUpperCase() as Uppercase<UserRecord['action']>}` as const;
    this.findings.add({ ...found, rule, details: detailsOf(titleOf(one, name), facts) });
    this.#privileges(one, before, found, facts);
    this.#shortLived(states, one, found, facts);
    const ended = before !== undefined && !isFar(before.validUntil, before.at);
    if (one.action === 'alter' && ended && isFar(one.validUntil, one.at)) {
      const year = yearOf(one.validUntil);
      const how = year === undefined ? 'no longer expires' : `does not expire before ${year}`;
      this.findings.add({ ...found, rule: 'USER-EXPIRY', details: detailsOf(`The password of ${name} ${how}`, facts) });
    }
  }

  #privileges(
    one: UserRecord,
    before: AccountState | undefined,
    found: Omit<RuleFinding, 'rule' | 'details'>,
    facts: Details['facts'],
  ): void {
    if (one.action === 'drop') return;
    const rises = (one.superuser && before?.superuser !== true) || (one.catalog && before?.catalog !== true);
    if (!rises) return;
    const earlier = before === undefined && one.action !== 'create' ? ' (what it was before is not known)' : '';
    this.findings.add({
      ...found,
      entity: String(one.userId),
      rule: 'USER-SUPER',
      details: detailsOf(`Account ${nameOf(facts)} is a superuser now${earlier}`, facts),
    });
  }

  #shortLived(
    states: readonly AccountState[],
    one: UserRecord,
    found: Omit<RuleFinding, 'rule' | 'details'>,
    facts: Details['facts'],
  ): void {
    if (one.action !== 'create' && one.action !== 'drop') return;
    const longest = this.options.shortLivedHours * 3_600_000;
    const pair = states.some(
      ({ at, action }) =>
        (one.action === 'drop' && action === 'create' && one.at >= at && one.at - at <= longest) ||
        (one.action === 'create' && action === 'drop' && at >= one.at && at - one.at <= longest),
    );
    if (pair)
      this.findings.add({
        ...found,
        rule: 'USER-SHORT',
        details: detailsOf(`Account ${nameOf(facts)} was created and dropped within hours`, facts),
      });
  }
}

function titleOf({ action, oldUser }: UserRecord, name: string): string {
  // Without an old name: the names in the line are not believed, or it has none.
  const isRenamed = action === 'rename' && oldUser !== '' && !name.startsWith('with the id ');
  return isRenamed ? `Account ${oldUser} renamed to ${name}` : `Account ${name} ${done[action]}`;
}

const done = { create: 'created', drop: 'dropped', alter: 'changed', rename: 'renamed' } as const;

function rightsOf({ createDb, superuser, catalog }: UserRecord): string {
  const all = [
    ...(superuser ? ['superuser'] : []),
    ...(catalog ? ['may change catalogues'] : []),
    ...(createDb ? ['may create databases'] : []),
  ];
  return all.length === 0 ? 'none' : all.join(', ');
}

/** Who had the process when it happened: its last session that had begun and not ended. */
export function sessionAt(state: DetectorState, pid: number, at: number): DatabaseSession | undefined {
  const all = state.sessions[String(pid)] ?? [];
  // A disconnection is written after what was done; clocks are one cluster's.
  return all.findLast(({ from, until }) => from <= at && (until === undefined || until >= at));
}

function actorOf(state: DetectorState, { pid, at }: UserRecord): string {
  const session = sessionAt(state, pid, at);
  if (session === undefined) return 'not known: no session of the process has been read';
  const who = `${session.user} from ${session.host}${session.application === '' ? '' : ` with ${session.application}`}`;
  return session.rival === undefined
    ? who
    : `not sure: ${who}, or ${session.rival}; both are named for one session, and one of the two lines is forged`;
}

const nameOf = (facts: Details['facts']) => (facts[0]?.[1] ?? '').replace(/ \(id \d+\)$/, '');
