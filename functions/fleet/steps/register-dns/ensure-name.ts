import { StepError } from '../../contracts/errors';
import { creationsOf, planName, predecessorAt, type Predecessor, type WantedName } from '../../domain/owned-records';
import { isDead } from '../../resources/instance';
import type { Ec2 } from '../../ports/ec2';
import type { Ledger } from '../../ledger/port';
import type { Route53 } from '../../ports/route53';
import { changeComment } from '../../domain/owner-text';
import { change, create, readName, type NameContents } from '../../resources/zone';
import type { PlacedName } from './names';

interface Deps {
  readonly route53: Route53;
  readonly ec2: Ec2;
  readonly ledger: Ledger;
}

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
  deps: Deps,
  name: PlacedName,
  known: { readonly change?: string | undefined; readonly refused: boolean },
): Promise<Ensured> {
  const { zoneId, wanted } = name;
  const comment = (action: string) => changeComment(`${action} for ${wanted.owner.instanceId}`, wanted.owner);
  if (known.change === undefined && !known.refused) {
    const created = await create(deps.route53, zoneId, comment('create'), creationsOf(wanted));
    if ('id' in created) return { id: created.id, reason: `${wanted.name} was free` };
  }
  const { records, foreign } = await readName(deps.route53, zoneId, wanted.name);
  const plan = planName(wanted, records, foreign, await predecessor(deps, wanted, records), known.change);
  switch (plan.action) {
    case 'taken':
      throw new StepError('NameTaken', plan.reason);
    case 'none':
      return { id: plan.change, reason: plan.reason };
    case 'create':
    case 'replace':
    case 'confirm':
      return { id: await change(deps.route53, zoneId, comment(plan.action), plan.changes), reason: plan.reason };
  }
}

/** What EC2 and the ledger say of the instance whose name it was. */
export async function predecessor(
  { ec2, ledger }: { readonly ec2: Ec2; readonly ledger: Pick<Ledger, 'history'> },
  { name, owner }: WantedName,
  records: NameContents['records'],
): Promise<Predecessor | undefined> {
  const instanceId = predecessorAt(records, owner);
  if (instanceId === undefined) return undefined;
  if (!(await isDead(ec2, instanceId))) return { instanceId, isDead: false, wasHeld: false };
  const history = await ledger.history(owner.group, { limit: historyLimit });
  // A reverse name is asked for by what it leads to.
  const names = [name, ...records.flatMap(({ type, values }) => (type === 'PTR' ? values : []))];
  const wasHeld = history.some(
    (entry) => entry.instanceId === instanceId && names.some((one) => one.startsWith(`${entry.name}.`)),
  );
  return { instanceId, isDead: true, wasHeld };
}

// All that a group of some hundred instances has seen in a week or two; a mark that is older is for a person to judge.
const historyLimit = 1000;
