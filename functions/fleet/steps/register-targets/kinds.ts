import type { Clock } from '../../../shared/clock';
import { StepError } from '../../contracts/errors';
import { targetGroupName } from '../../domain/health';
import type { TargetGroupKind } from '../../domain/targets';
import type { ElasticLoadBalancing } from '../../ports/elastic-load-balancing';
import type { Observations } from '../../ledger/observations';
import { next, store } from '../../crowd/turns';

interface Deps {
  readonly clock: Clock;
  readonly elasticLoadBalancing: ElasticLoadBalancing;
  readonly ledger: Observations;
}

/**
 * What the target groups take. That never changes, and a look costs one of the ten requests a second that ELB has for
 * the whole account: so what one launch has seen is kept in the ledger for its group, and here for the next call.
 */
export class TargetGroupKinds {
  readonly #deps: Deps;
  readonly #known = new Map<string, TargetGroupKind>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** `undefined`: nobody has had to look yet. */
  async known(group: string, targetGroup: string): Promise<TargetGroupKind | undefined> {
    const known = this.#known.get(targetGroup);
    if (known !== undefined) return known;
    const seen = await this.#deps.ledger.observation(group, keyOf(targetGroup));
    if (seen === undefined) return undefined;
    const kind = JSON.parse(seen.value) as TargetGroupKind;
    this.#known.set(targetGroup, kind);
    return kind;
  }

  /** It has taken an instance by its id. */
  takesInstances(targetGroup: string): void {
    this.#known.set(targetGroup, { targetType: 'instance', ipAddressType: 'ipv4' });
  }

  /** As ELB says. @throws StepError `TargetGroupUnusable`: ELB does not show it. */
  async look(group: string, targetGroup: string): Promise<TargetGroupKind> {
    const { clock, elasticLoadBalancing, ledger } = this.#deps;
    const at = clock.now().toISOString();
    const { TargetGroups } = await elasticLoadBalancing.describeTargetGroups({ TargetGroupArns: [targetGroup] });
    const shown = TargetGroups?.find(({ TargetGroupArn }) => TargetGroupArn === targetGroup);
    if (shown === undefined) {
      throw new StepError('TargetGroupUnusable', `${targetGroupName(targetGroup)}: ELB does not show ${targetGroup}`);
    }
    const kind = { targetType: shown.TargetType ?? 'instance', ipAddressType: shown.IpAddressType ?? 'ipv4' };
    this.#known.set(targetGroup, kind);
    const key = keyOf(targetGroup);
    const seen = await ledger.observation(group, key);
    await store(ledger, { group, key, revision: next(seen), at, value: JSON.stringify(kind) });
    return kind;
  }
}

function keyOf(targetGroup: string): string {
  return `kind ${targetGroup}`;
}
