import { StepError } from '../contracts/errors';
import { creationsOf, ownerOf, planName } from '../domain/owned-records';
import { isDead } from '../instances';
import type { Ec2 } from '../ports/ec2';
import type { Route53 } from '../ports/route53';
import { change, create, readName } from '../zone';
import type { PlacedName } from './names';

/** What made a name this instance's, and why so. */
export interface Ensured {
  /** The id of the change, to wait for. */
  readonly id: string;
  readonly reason: string;
}

/**
 * Makes one name an instance's. Most names are free, so one is created without looking; Route 53 refuses that if
 * anything stands there, and only then it is read.
 *
 * @param known what is known of the name: the change that made it ours, or that somebody was `refused` it.
 * @throws StepError `NameTaken`, `ZoneBusy`, `ZoneUnusable`.
 */
export async function ensureName(
  deps: { route53: Route53; ec2: Ec2 },
  name: PlacedName,
  known: { readonly change?: string | undefined; readonly refused: boolean },
): Promise<Ensured> {
  const { zoneId, wanted } = name;
  const { instanceId } = wanted.owner;
  if (known.change === undefined && !known.refused) {
    const created = await create(deps.route53, zoneId, `muster: create for ${instanceId}`, creationsOf(wanted));
    if ('id' in created) return { id: created.id, reason: `${wanted.name} was free` };
  }
  const { records, foreign } = await readName(deps.route53, zoneId, wanted.name);
  const owner = ownerOf(records);
  const another = owner !== undefined && owner.instanceId !== instanceId;
  const ownerIsDead = another && (await isDead(deps.ec2, owner.instanceId));
  const plan = planName(wanted, records, foreign, ownerIsDead, known.change);
  switch (plan.action) {
    case 'taken':
      throw new StepError('NameTaken', plan.reason);
    case 'none':
      return { id: plan.change, reason: plan.reason };
    case 'create':
    case 'replace':
    case 'confirm': {
      const comment = `muster: ${plan.action} for ${instanceId}`;
      return { id: await change(deps.route53, zoneId, comment, plan.changes), reason: plan.reason };
    }
  }
}
