import type { ConnectionRecord, Item } from '../logs/records';
import type { Evidence, Findings } from './findings';
import { isElsewhere, isOutside, normalHost, shownUser } from './hosts';
import type { RuleOptions } from './options';
import { addTime, type DetectorState, type Times } from './state';
import { countBefore, reportHot, usersTogether } from './windows';

interface Touched {
  readonly evidence: Evidence;
  readonly at: number;
}

type Begun = Pick<ConnectionRecord, 'event' | 'at' | 'host' | 'port' | 'pid'>;

const minutes = (count: number) => count * 60_000;

/** Rules over connectionlog. What it sees goes into the state; `finish` looks at what was touched. */
export class Logins {
  readonly #touched = new Map<string, Partial<Record<'failures' | 'successes', Touched>>>();
  readonly #sprayed = new Map<string, Touched>();

  constructor(
    readonly options: RuleOptions,
    readonly cluster: string,
    readonly state: DetectorState,
    readonly findings: Findings,
  ) {}

  /** @param user `undefined` where the name is not to be believed. */
  see(one: Begun, more: ConnectionRecord | undefined, evidence: Evidence): void {
    const host = normalHost(one.host);
    if (one.event === 'authentication failure') this.#failed(one, host, more?.user, evidence);
    else if (one.event === 'authenticated') this.#succeeded(one, host, more?.user, evidence);
    if (more !== undefined) this.#session(more, host);
  }

  #failed(one: Begun, host: string, user: string | undefined, evidence: Evidence): void {
    // AWS's own account, from the cluster itself. From elsewhere it is somebody else.
    if (user !== undefined && host === '[local]' && this.options.ignoredUsers.includes(user)) return;
    const from = { count: 1, firstAt: one.at, lastAt: one.at, cluster: this.cluster, evidence };
    const facts: [string, string][] = [
      ['user', user ?? 'not to be believed, see the line'],
      ['from', `${host} port ${one.port}`],
    ];
    this.findings.add({ ...from, rule: 'AUTH-FAIL', entity: host, title: `Failed logins from ${host}`, facts });
    if (isOutside(host, this.options.allowedNetworks))
      this.findings.add({
        ...from,
        rule: 'AUTH-EXTERNAL',
        entity: host,
        title: `Failed logins from ${host}, outside of the networks`,
        facts,
      });
    if (isElsewhere(host)) this.#note('failures', `ip ${host}`, one.at, evidence);
    if (user === undefined || user === '') return;
    this.#note('failures', `user ${user}`, one.at, evidence);
    if (!isElsewhere(host)) return;
    const seen = (this.state.sprays[host] ??= []);
    // Of one user a time in ten minutes is enough to know who failed when.
    if (!seen.slice(-50).some(([name, at]) => name === user && Math.abs(at - one.at) < minutes(1)))
      seen.push([user, one.at]);
    if (seen.length > 400) seen.splice(0, seen.length - 300);
    this.#sprayed.set(host, { evidence, at: one.at });
  }

  #succeeded(one: Begun, host: string, user: string | undefined, evidence: Evidence): void {
    if (isElsewhere(host)) this.#note('successes', `ip ${host}`, one.at, evidence);
    if (user !== undefined && user !== '' && !this.options.ignoredUsers.includes(user))
      this.#note('successes', `user ${user}`, one.at, evidence);
  }

  #note(kind: 'failures' | 'successes', entity: string, at: number, evidence: Evidence): void {
    const times = own(this.state[kind], entity, (): Times => []);
    addTime(times, at);
    // A failure is shown by the last failure, a success by the last success.
    const known = this.#touched.get(entity) ?? {};
    if ((known[kind]?.at ?? at) <= at) this.#touched.set(entity, { ...known, [kind]: { evidence, at } });
  }

  #session({ event, pid, at, user, application }: ConnectionRecord, host: string): void {
    if (event !== 'initiating session' && event !== 'disconnecting session' && event !== 'set application_name') return;
    const known = own(this.state.sessions, String(pid), () => []);
    const index = known.findLastIndex((one) => one.user === user && one.from <= at);
    const last = known[index];
    if (event === 'initiating session') {
      if (last?.from !== at) known.push({ from: at, user, host, application });
    } else if (last !== undefined)
      known[index] = {
        ...last,
        ...(event === 'disconnecting session' ? { until: at } : { application: application || last.application }),
      };
    known.sort((a, b) => a.from - b.from);
    if (known.length > 8) known.shift();
  }

  finish(): void {
    for (const [entity, { failures, successes }] of this.#touched) {
      if (failures !== undefined) this.#bruteForce(entity, failures);
      const either = successes ?? failures;
      if (either !== undefined) this.#bruteForceThenSuccess(entity, either);
    }
    for (const [host, touched] of this.#sprayed) this.#spray(host, touched);
  }

  #bruteForce(entity: string, { evidence }: Touched): void {
    const times = this.state.failures[entity];
    if (times === undefined) return;
    const { failures, minutes: window } = this.options.bruteForce;
    const { fresh, first, last } = reportHot(times, failures, minutes(window));
    const byUser = entity.startsWith('user ');
    const name = entity.slice(entity.indexOf(' ') + 1);
    this.findings.add({
      rule: byUser ? 'AUTH-BRUTE-USER' : 'AUTH-BRUTE-IP',
      cluster: this.cluster,
      entity: name,
      title: byUser ? `Brute force on user ${shownUser(name)}` : `Brute force from ${name}`,
      facts: [
        [byUser ? 'user' : 'from', name],
        ['last failure', whatOf(evidence.item)],
      ],
      count: fresh,
      firstAt: first,
      lastAt: last,
      evidence,
    });
  }

  #bruteForceThenSuccess(entity: string, { evidence }: Touched): void {
    const { failures: least, minutes: window } = this.options.success;
    const failed = this.state.failures[entity];
    const succeeded = this.state.successes[entity];
    if (failed === undefined || succeeded === undefined) return;
    for (const success of succeeded) {
      const [at, count, reported] = success;
      const before = countBefore(failed, at, minutes(window));
      if (before < least || count === reported) continue;
      success[2] = count;
      const name = entity.slice(entity.indexOf(' ') + 1);
      this.findings.add({
        rule: 'AUTH-BRUTE-OK',
        cluster: this.cluster,
        entity,
        title: `A login after ${before} failures: ${entity}`,
        facts: [
          [entity.startsWith('user ') ? 'user' : 'from', name],
          ['failures before it', String(before)],
          ['last seen', whatOf(evidence.item)],
        ],
        count: count - reported,
        firstAt: at,
        lastAt: at,
        evidence,
      });
    }
  }

  #spray(host: string, { evidence, at }: Touched): void {
    const { users: least, minutes: window } = this.options.spray;
    const users = usersTogether(this.state.sprays[host] ?? [], least, minutes(window));
    if (users.length < least) return;
    this.findings.add({
      rule: 'AUTH-SPRAY',
      cluster: this.cluster,
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

/** Names are anybody's, `__proto__` too: such a name is an own key like others. */
export function own<Value>(all: Record<string, Value>, key: string, make: () => Value): Value {
  if (!Object.hasOwn(all, key))
    Object.defineProperty(all, key, { value: make(), enumerable: true, writable: true, configurable: true });
  return all[key] as Value;
}

function whatOf(item: Item): string {
  if (item.kind !== 'record' || item.record.log !== 'connectionlog') return 'see the line';
  if (item.trust !== 'all') return 'see the line';
  const { user, application, driver } = item.record;
  return [`user ${user}`, application, driver].filter((text) => text !== '').join(', ');
}
