import { isSameIdentity, type Identity } from '../../../functions/fleet/domain/identity';
import { parseOwnerRecord, type OwnerRecord } from '../../../functions/fleet/domain/dns/record-sets';
import { targetIdsOf } from './target-ids';
import type { World } from './world';

export interface RemainingResources {
  readonly targets: readonly string[];
  /** Targets that are deregistered, and whose connections may still continue. */
  readonly draining: readonly string[];
  /** Names in DNS that are marked as its. */
  readonly names: readonly string[];
}

/** What still leads to an instance. */
export function remainingOf(world: World, group: string, instanceId: string): RemainingResources {
  const { world: balancing } = world.lab.region.elasticLoadBalancing;
  const places = (world.group(group)?.targetGroups ?? []).flatMap((arn) =>
    targetIdsOf(world, arn, instanceId)
      .flatMap((id) => balancing.targetsOf(balancing.targetGroup(arn), id))
      .map((target) => ({ arn, target })),
  );
  const named = (drains: boolean) =>
    places
      .filter(({ target }) => (target.drainingUntil !== undefined) === drains)
      .map(({ arn }) => `${drains ? 'draining ' : ''}target of ${arn.split('/')[1] ?? arn}`);
  const names = ownedNames(world).filter(({ owner }) => owner === instanceId);
  return { targets: named(false), draining: named(true), names: names.map(({ name }) => name) };
}

/** All names that are marked for instances of this deployment, and for which. */
export function ownedNames({ lab }: World): { name: string; owner: string }[] {
  return lab.region.route53.world.zones.flatMap(({ records }) =>
    records.from(undefined, undefined, 10_000).flatMap(({ name, type, values }) => {
      const ownerRecord = type === 'TXT' ? ownerIn(values) : undefined;
      return ownerRecord === undefined || !isOfDeployment(ownerRecord, lab.muster.identity)
        ? []
        : [{ name, owner: ownerRecord.instanceId }];
    }),
  );
}

/** Whether a deployment has written it: the old form, which does not say, only this one writes here. */
export function isOfDeployment(ownerRecord: Exclude<OwnerRecord, { form: 'unknown' }>, identity: Identity): boolean {
  return ownerRecord.form === 'old' || isSameIdentity(ownerRecord.identity, identity);
}

/** The instance that a TXT record set is the mark of. */
export function ownerIn(values: readonly string[]): Exclude<OwnerRecord, { form: 'unknown' }> | undefined {
  return values.flatMap((value) => {
    const ownerRecord = parseOwnerRecord(value);
    return ownerRecord === undefined || ownerRecord.form === 'unknown' ? [] : [ownerRecord];
  })[0];
}
