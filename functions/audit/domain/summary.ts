import type { Finding } from '../contracts/finding';
import { severities, severityOf } from '../contracts/rules';

/** Rules whose count is a state ("7 in this hour"), and not something to be added up. */
const states: ReadonlySet<string> = new Set(['AUTH-BRUTE-IP', 'AUTH-BRUTE-USER', 'AUTH-SPRAY', 'AUTH-BRUTE-OK']);
const mostIncidents = 2_000;

/**
 * Findings of the same rule about the same thing are one incident, with their exact number. However many there are, the
 * number of incidents is bounded: the rest is counted together, by rule and cluster.
 */
export class Summary {
  readonly #incidents = new Map<string, Finding>();

  add(finding: Finding): void {
    const key = JSON.stringify([finding.rule, finding.cluster, finding.entity]);
    const isNew = !this.#incidents.has(key);
    if (isNew && this.#incidents.size >= mostIncidents) {
      this.#put(JSON.stringify([finding.rule, finding.cluster, 'others']), {
        ...finding,
        entity: '(others)',
        summary: `more of ${finding.rule}`,
      });
      return;
    }
    this.#put(key, finding);
  }

  /** The worst first, then the latest. */
  incidents(): Finding[] {
    const rank = ({ rule }: Finding) => -severities.indexOf(severityOf(rule));
    return [...this.#incidents.values()].sort((left, right) => rank(left) - rank(right) || right.lastAt - left.lastAt);
  }

  #put(key: string, finding: Finding): void {
    const before = this.#incidents.get(key);
    if (before === undefined) {
      this.#incidents.set(key, finding);
      return;
    }
    const count = states.has(finding.rule) ? Math.max(before.count, finding.count) : before.count + finding.count;
    // What is said is of the newest; where it was found first stays to be looked up.
    const newest = finding.lastAt >= before.lastAt ? finding : before;
    this.#incidents.set(key, {
      ...newest,
      count,
      firstAt: Math.min(before.firstAt, finding.firstAt),
      lastAt: Math.max(before.lastAt, finding.lastAt),
      evidence: before.evidence,
    });
  }
}
