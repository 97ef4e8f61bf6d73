import type { Instance } from '@aws-sdk/client-ec2';
import { chunks } from '../../shared/lists';
import type { Ec2 } from '../ports/aws';
import { answered } from '../resources/instance';

// A filter of EC2 takes 200 values; asked by id, one that is gone would fail the whole call.
const idsACall = 200;

/** Those of the instances that EC2 shows. */
export async function findInstances(ec2: Pick<Ec2, 'describeInstances'>, ids: readonly string[]): Promise<Instance[]> {
  const found: Instance[] = [];
  for (const Values of chunks([...ids], idsACall)) {
    let NextToken: string | undefined;
    do {
      const page = await ec2.describeInstances({
        Filters: [{ Name: 'instance-id', Values }],
        MaxResults: 1_000,
        ...(NextToken !== undefined && { NextToken }),
      });
      const reservations = answered(page.Reservations, 'the instances of the group');
      found.push(...reservations.flatMap(({ Instances = [] }) => Instances));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
  }
  return found;
}
