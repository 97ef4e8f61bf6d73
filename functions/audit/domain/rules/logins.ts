import { copyOf } from '../logs/lines';
import type { ConnectionRecord, Item } from '../logs/records';
import { evidenceOf, type Evidence, type Findings } from './findings';
import { isElsewhere, isOutside, shownUser } from './hosts';
import type { RuleOptions } from './options';
import type { DetectorState, Session } from './state';
import { own, type Tracker, type Trackers } from './trackers';
import { countBefore, reportHot, usersTogether } from './windows';

type Begun = Pick<ConnectionRecord, 'event' | 'at' | 'host' | 'port' | 'pid'>;

const minutes = (count: number) => count * 60_000;

/** Of a file that is read. */
export interface LoginsProps {
  readonly options: RuleOptions;
  readonly cluster: string;
  readonly object: string;
  readonly state: DetectorState;
  readonly trackers: Trackers;
  readonly findings: Findings;
}

/** Rules over connectionlog. What it sees goes into the state; `finish` looks at what was touched. */
export class Logins {
  readonly #props: LoginsProps;
  readonly #sprayed = new Map<string, { readonly evidence: Evidence; readonly at: number }>();
  readonly #sessions = new Map<number, Session[]>();
  readonly #applications = new Map<string, string>();

  constructor(props: LoginsProps) {
    this.#props = props;
  }

  /** @param more `undefined` where the name is not to be believed. */
  see(one: Begun, more: ConnectionRecord | undefined, item: Item): void {
    const host = this.#props.trackers.ofHost(one.host);
    if (one.event === 'authentication failure') this.#failed(one, host, more?.user, item);
    else if (one.event === 'authenticated') this.#succeeded(one, host, more?.user, item);
    else if (more !== undefined) this.#session(more, host);
  }

  #failed(one: Begun, tracker: Tracker, user: string | undefined, item: Item): void {
    const host = tracker.name;
    const { options, cluster, findings, trackers, object, state } = this.#props;
    // AWS's own account, from the cluster itself. From elsewhere it is somebody else.
    if (user !== undefined && host === '[local]' && options.ignoredUsers.includes(user)) return;
    const evidence = evidenceOf(object, item);
    const from = { count: 1, firstAt: one.at, lastAt: one.at, cluster, evidence };
    const facts: [string, string][] = [
      ['user', user ?? 'not to be believed, see the line'],
      ['from', `${host} port ${one.port}`],
    ];
    findings.add({ ...from, rule: 'AUTH-FAIL', entity: host, title: `Failed logins from ${host}`, facts });
    if (isOutside(host, options.allowedNetworks))
      findings.add({
        ...from,
        rule: 'AUTH-EXTERNAL',
        entity: host,
        title: `Failed logins from ${host}, outside of the networks`,
        facts,
      });
    if (isElsewhere(host)) trackers.note(tracker, 'failures', evidence, one.at);
    if (user === undefined || user === '') return;
    const ofUser = trackers.ofUser(user);
    trackers.note(ofUser, 'failures', evidence, one.at);
    if (!isElsewhere(host)) return;
    if (!Object.hasOwn(state.sprays, host)) trackers.sizes.sprays += 1;
    const seen = own(state.sprays, host, (): [string, number][] => []);
    // Of one user a time in a minute is enough to know who failed when.
    if (!isRecent(seen, user, one.at)) seen.push([ofUser.name, one.at]);
    if (seen.length > 400) seen.splice(0, seen.length - 300);
    this.#sprayed.set(host, { evidence, at: one.at });
  }

  #succeeded(one: Begun, host: Tracker, user: string | undefined, item: Item): void {
    const { options, trackers, object } = this.#props;
    const note = (tracker: Tracker) => {
      // Only where there were failures there will be something to show.
      const evidence = trackers.hasFailed(tracker) ? evidenceOf(object, item) : undefined;
      trackers.note(tracker, 'successes', evidence, one.at);
    };
    if (isElsewhere(host.name)) note(host);
    if (user !== undefined && user !== '' && !options.ignoredUsers.includes(user)) note(trackers.ofUser(user));
  }

  #session({ event, pid, at, user, application }: ConnectionRecord, host: Tracker): void {
    if (event !== 'initiating session' && event !== 'disconnecting session' && event !== 'set application_name') return;
    const known = this.#sessionsOf(pid);
    const index = known.findLastIndex((one) => one.user === user && one.from <= at);
    const last = known[index];
    if (event === 'initiating session') {
      if (last?.from === at) return;
      const one = {
        from: at,
        user: this.#props.trackers.ofUser(user).name,
        host: host.name,
        application: this.#copied(application),
      };
      const before = known.findLastIndex(({ from }) => from <= at);
      known.splice(before + 1, 0, one);
      if (known.length > 8) known.shift();
    } else if (last !== undefined && event === 'disconnecting session') known[index] = { ...last, until: at };
    else if (last !== undefined && application !== '')
      known[index] = { ...last, application: this.#copied(application) };
  }

  #sessionsOf(pid: number): Session[] {
    const found = this.#sessions.get(pid);
    if (found !== undefined) return found;
    const { state, trackers } = this.#props;
    const key = String(pid);
    if (state.sessions[key] === undefined) trackers.sizes.sessions += 1;
    const all = (state.sessions[key] ??= []);
    this.#sessions.set(pid, all);
    return all;
  }

  #copied(application: string): string {
    const known = this.#applications.get(application);
    if (known !== undefined) return known;
    if (this.#applications.size > 10_000) this.#applications.clear();
    const text = copyOf(application);
    this.#applications.set(text, text);
    return text;
  }

  /** Something was forgotten: what is held of the state is not in it any more. */
  refresh(): void {
    this.#sessions.clear();
  }

  finish(): void {
    for (const tracker of this.#props.trackers.touched()) {
      const { failed, succeeded } = tracker;
      if (failed !== undefined) this.#bruteForce(tracker, failed.evidence);
      const evidence = succeeded?.evidence ?? failed?.evidence;
      if (failed !== undefined || succeeded !== undefined) this.#bruteForceThenSuccess(tracker, evidence);
    }
    for (const [host, { evidence, at }] of this.#sprayed) this.#spray(host, evidence, at);
  }

  #bruteForce({ kind, name, failures: times }: Tracker, evidence: Evidence | undefined): void {
    const { options, cluster, findings } = this.#props;
    if (times === undefined) return;
    const { failures, minutes: window } = options.bruteForce;
    const { fresh, first, last } = reportHot(times, failures, minutes(window));
    const byUser = kind === 'user';
    findings.add({
      rule: byUser ? 'AUTH-BRUTE-USER' : 'AUTH-BRUTE-IP',
      cluster,
      entity: name,
      title: byUser ? `Brute force on user ${shownUser(name)}` : `Brute force from ${name}`,
      facts: [
        [byUser ? 'user' : 'from', name],
        ['last failure', evidence?.who ?? 'see the line'],
      ],
      count: fresh,
      firstAt: first,
      lastAt: last,
      ...(evidence !== undefined && { evidence }),
    });
  }

  #bruteForceThenSuccess(tracker: Tracker, evidence: Evidence | undefined): void {
    const { options, cluster, findings, trackers } = this.#props;
    const { failures: least, minutes: window } = options.success;
    const failed = trackers.timesOf(tracker, 'failures');
    const succeeded = trackers.timesOf(tracker, 'successes');
    if (failed === undefined || succeeded === undefined) return;
    for (const success of succeeded) {
      const [at, count, reported] = success;
      if (count === reported) continue;
      const before = countBefore(failed, at, minutes(window));
      if (before < least) continue;
      success[2] = count;
      findings.add({
        rule: 'AUTH-BRUTE-OK',
        cluster,
        entity: tracker.entity,
        title: `A login after ${before} failures: ${tracker.entity}`,
        facts: [
          [tracker.kind === 'user' ? 'user' : 'from', tracker.name],
          ['failures before it', String(before)],
          ['last seen', evidence?.who ?? 'see the line'],
        ],
        count: count - reported,
        firstAt: at,
        lastAt: at,
        ...(evidence !== undefined && { evidence }),
      });
    }
  }

  #spray(host: string, evidence: Evidence, at: number): void {
    const { options, state, cluster, findings } = this.#props;
    const { users: least, minutes: window } = options.spray;
    const seen = Object.hasOwn(state.sprays, host) ? (state.sprays[host] ?? []) : [];
    const users = usersTogether(seen, least, minutes(window));
    if (users.length < least) return;
    findings.add({
      rule: 'AUTH-SPRAY',
      cluster,
      entity: host,
      title: `${users.length} users tried from ${host}`,
      facts: [
        ['from', host],
        ['users', users.slice(0, 20).join(', ')],
      ],
      count: 1,
      firstAt: at,
      lastAt: at,
      evidence,
    });
  }
}

/** Whether the user stands among the last fifty within a minute of `at`. */
function isRecent(seen: readonly (readonly [string, number])[], user: string, at: number): boolean {
  for (let index = seen.length - 1; index >= Math.max(0, seen.length - 50); index -= 1) {
    const entry = seen[index];
    if (entry?.[0] === user && Math.abs(entry[1] - at) < minutes(1)) return true;
  }
  return false;
}
