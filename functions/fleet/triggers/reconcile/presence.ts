import { chunks, forEachLimited } from '../../../shared/lists';
import { isInDoubt, presenceOf } from '../../domain/reconcile/detached';
import type { Presence } from '../../domain/reconcile/sighting';
import { findInstance } from '../../resources/instance';
import type { Ec2 } from '../../ports/aws';
import type { Member } from '../../ledger/port';

type Deps = { readonly ec2: Pick<Ec2, 'describeInstances'> };

// As many values as a filter takes.
const atOnce = 200;
const sideBySide = 4;

/**
 * What EC2 says about the members that their group does not have, or has in Standby. The query uses a filter, which skips
 * instances that EC2 does not know; a query by ids would fail as a whole for one of them.
 *
 * An instance that EC2 does not show is queried again by its id, because the release of a gone instance cannot be undone.
 *
 * @param presences where to put what was seen.
 * @throws the error of EC2: then nothing is known about the missing instances, and nothing is decided.
 */
export async function readPresences(
  { ec2 }: Deps,
  members: readonly Member[],
  states: ReadonlyMap<string, string>,
  presences: Map<string, Presence>,
): Promise<void> {
  const doubtful = members.filter((member) => isInDoubt(member, states.get(member.instanceId)));
  for (const some of chunks(doubtful, atOnce)) {
    const ids = some.map(({ instanceId }) => instanceId);
    await addShown(ec2, ids, presences);
  }
  const missing = doubtful.filter(({ instanceId }) => !presences.has(instanceId));
  await forEachLimited(missing, sideBySide, async ({ instanceId }) => {
    presences.set(instanceId, presenceOf((await findInstance(ec2, instanceId))?.State?.Name));
  });
}

async function addShown(ec2: Deps['ec2'], ids: string[], presences: Map<string, Presence>): Promise<void> {
  let NextToken: string | undefined;
  do {
    const page = await ec2.describeInstances({
      Filters: [{ Name: 'instance-id', Values: ids }],
      MaxResults: 1000,
      ...(NextToken !== undefined && { NextToken }),
    });
    for (const { InstanceId = '', State } of (page.Reservations ?? []).flatMap(({ Instances = [] }) => Instances)) {
      presences.set(InstanceId, presenceOf(State?.Name ?? 'no state'));
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
}
