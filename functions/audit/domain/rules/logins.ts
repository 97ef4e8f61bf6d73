import { failure, reach } from '../logs/connection-line';
import type { ConnectionRecord, LogItem } from '../logs/records';
import { detailsOf, evidenceOf, whoIn, type Findings } from './findings';
import { FailureCounts } from './failure-counts';
import { isElsewhere, shownUser } from './hosts';
import type { RuleOptions } from './options';
import { Sessions, type Disbelief } from './sessions';
import { Sprays } from './sprays';
import { ofMoment, type DetectorState } from './state';
import type { Tracker, Trackers } from './trackers';
import { countsBefore, reportHot } from './windows';

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
  readonly #sprays: Sprays;
  readonly #counts: FailureCounts;
  readonly #sessions: Sessions;
  /** So many lines can have been written by a line before them that was broken. */
  #unsure = 0;

  constructor(props: LoginsProps) {
    this.#props = props;
    this.#sprays = new Sprays(props);
    this.#counts = new FailureCounts(props);
    this.#sessions = new Sessions(props.state, props.trackers);
    props.trackers.settle = (tracker) => this.#settle(tracker);
  }

  /**
   * @param more `undefined` where the name is not to be believed.
   * @returns why the line is not believed after all.
   */
  see(one: Begun, more: ConnectionRecord | undefined, item: LogItem): Disbelief | undefined {
    if (this.#unsure > 0) {
      this.#unsure -= 1;
      if (more !== undefined) return { why: 'follows a broken line: a newline in a name can have written it' };
    }
    const host = this.#props.trackers.ofHost(one.host);
    const doubt = more === undefined ? undefined : this.#doubt(more, host.name);
    if (doubt !== undefined) return doubt;
    if (one.event === failure) this.#failed(one, host, more?.user, item);
    else if (one.event === 'authenticated') this.#succeeded(one, host, more?.user, item);
    return undefined;
  }

  #doubt(one: ConnectionRecord, host: string): Disbelief | undefined {
    if (one.event === failure) return this.#sessions.failed(one, host);
    if (one.event === 'authenticated') return this.#sessions.login(one, host);
    const doubt = this.#sessions.see(one, host);
    if (doubt?.host !== undefined) this.#unsure = reach;
    return doubt;
  }

  #failed(one: Begun, tracker: Tracker, user: string | undefined, item: LogItem): void {
    const host = tracker.name;
    const { options, trackers, object } = this.#props;
    // AWS's own account, from the cluster itself. From elsewhere it is another client.
    if (user !== undefined && host === '[local]' && options.ignoredUsers.includes(user)) return;
    const { at } = one;
    const evidence = evidenceOf(object, item);
    const shown = { evidence, at };
    const ofUser = user === undefined || user === '' ? undefined : trackers.ofUser(user);
    this.#counts.add(tracker, evidence, { at, port: one.port, user: ofUser?.name ?? user });
    if (isElsewhere(host)) trackers.note(tracker, 'failures', shown);
    if (ofUser === undefined) return;
    trackers.note(ofUser, 'failures', shown);
    if (isElsewhere(host)) this.#sprays.add(host, ofUser.name, shown);
  }

  #succeeded(one: Begun, host: Tracker, user: string | undefined, item: LogItem): void {
    const { options, trackers, object } = this.#props;
    const ofHost = isElsewhere(host.name) ? host : undefined;
    const ofUser =
      user === undefined || user === '' || options.ignoredUsers.includes(user) ? undefined : trackers.ofUser(user);
    // Only where there were failures there will be something to show.
    const hasFailed = [ofHost, ofUser].some((tracker) => tracker !== undefined && trackers.hasFailed(tracker));
    const shown = { evidence: hasFailed ? evidenceOf(object, item) : undefined, at: one.at };
    if (ofHost !== undefined) trackers.note(ofHost, 'successes', shown);
    if (ofUser !== undefined) trackers.note(ofUser, 'successes', shown);
  }

  /** Reports all that is known of this file: some of it is forgotten then. */
  settle(): void {
    for (const tracker of this.#props.trackers.touched()) this.#settle(tracker);
    this.#sprays.settle();
  }

  /** Something was forgotten by the state. */
  refresh(): void {
    this.#sprays.refresh();
  }

  finish(): void {
    this.#counts.tell();
    this.#sessions.finish();
    this.settle();
  }

  #settle(tracker: Tracker): void {
    if (!tracker.isNew) return;
    tracker.isNew = false;
    if (tracker.failed !== undefined) this.#bruteForce(tracker);
    this.#bruteForceThenSuccess(tracker);
  }

  #bruteForce({ kind, name, failures: times, failed, atLeast }: Tracker): void {
    const { options, cluster, findings } = this.#props;
    if (times === undefined) return;
    const evidence = failed?.evidence;
    const { failures, minutes: window } = options.bruteForce;
    const { fresh, first, last } = reportHot(times, failures, minutes(window));
    if (last < first) return;
    const byUser = kind === 'user';
    findings.add({
      rule: byUser ? 'AUTH-BRUTE-USER' : 'AUTH-BRUTE-IP',
      cluster,
      entity: name,
      details: detailsOf(byUser ? `Brute force on user ${shownUser(name)}` : `Brute force from ${name}`, [
        [byUser ? 'user' : 'from', name],
        ['last failure', whoIn(evidence)],
      ]),
      count: fresh,
      firstAt: first,
      lastAt: last,
      ...(atLeast && { atLeast }),
      ...(evidence !== undefined && { evidence }),
    });
  }

  #bruteForceThenSuccess(tracker: Tracker): void {
    const { options, cluster, findings, trackers } = this.#props;
    const { failures: least, minutes: window } = options.success;
    const failed = trackers.timesOf(tracker, 'failures');
    const succeeded = trackers.timesOf(tracker, 'successes');
    if (failed === undefined || succeeded === undefined) return;
    const evidence = tracker.succeeded?.evidence ?? tracker.failed?.evidence;
    const counts = countsBefore(failed, succeeded, minutes(window));
    for (const [index, before] of counts.entries()) {
      const one = index * ofMoment;
      const [at = 0, count = 0, reported = 0] = [succeeded[one], succeeded[one + 1], succeeded[one + 2]];
      if (before < least || count === reported) continue;
      succeeded[one + 2] = count;
      findings.add({
        rule: 'AUTH-BRUTE-OK',
        cluster,
        entity: tracker.entity,
        details: detailsOf(`A login after ${before} failures: ${tracker.entity}`, [
          [tracker.kind === 'user' ? 'user' : 'from', tracker.name],
          ['failures before it', String(before)],
          ['last seen', whoIn(evidence)],
        ]),
        count: count - reported,
        firstAt: at,
        lastAt: at,
        ...(evidence !== undefined && { evidence }),
      });
    }
  }
}
