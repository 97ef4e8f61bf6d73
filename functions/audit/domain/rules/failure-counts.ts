import { copyOf } from '../logs/lines';
import { detailsOf, type Details, type Evidence, type Findings } from './findings';
import { isOutside } from '../../../shared/addresses';
import type { RuleOptions } from './options';
import { mostOf } from './state';
import type { Tracker } from './trackers';

/** Failures of an address, and the last of them. */
interface FailureCount {
  count: number;
  firstAt: number;
  lastAt: number;
  evidence: Evidence;
  user: string | undefined;
  port: string;
}

/** Counts the failures of each address: one finding for all of them is as good as one for each, and much less work. */
export class FailureCounts {
  readonly #counted = new Map<Tracker, FailureCount>();

  constructor(
    readonly props: { readonly options: RuleOptions; readonly cluster: string; readonly findings: Findings },
  ) {}

  add(
    tracker: Tracker,
    evidence: Evidence,
    { at, port, user }: Pick<FailureCount, 'port' | 'user'> & { at: number },
  ): void {
    let known = this.#counted.get(tracker);
    if (known === undefined) {
      // Of addresses that come once and never again there can be millions.
      if (this.#counted.size >= mostOf.failures) this.tell();
      known = { count: 0, firstAt: at, lastAt: at, evidence, user, port: '' };
      this.#counted.set(tracker, known);
    }
    known.count += 1;
    if (at < known.firstAt) known.firstAt = at;
    if (at < known.lastAt) return;
    known.lastAt = at;
    known.evidence = evidence;
    known.user = user;
    known.port = copyOf(port.slice(0, 100));
  }

  /** Makes findings of what was counted. */
  tell(): void {
    const { options, cluster, findings } = this.props;
    for (const [tracker, { user, port, ...counted }] of this.#counted) {
      const host = tracker.name;
      const found = { ...counted, cluster, entity: host };
      const who = user ?? 'not to be believed, see the line';
      findings.add({ ...found, rule: 'AUTH-FAIL', details: failedLogins(host, '', who, port) });
      tracker.outside ??= isOutside(host, options.allowedNetworks);
      if (tracker.outside)
        findings.add({
          ...found,
          rule: 'AUTH-EXTERNAL',
          details: failedLogins(host, ', outside the allowed networks', who, port),
        });
    }
    this.#counted.clear();
  }
}

/** Made when they are asked for: of millions of addresses few are. What it is given keeps no line. */
function failedLogins(host: string, where: string, user: string, port: string): () => Details {
  return () =>
    detailsOf(`Failed logins from ${host}${where}`, [
      ['user', user],
      ['from', `${host} port ${port}`],
    ])();
}
