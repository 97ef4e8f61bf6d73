import type { ListResourceRecordSetsCommandInput, ResourceRecordSet } from '@aws-sdk/client-route-53';
import type { Route53 } from '../ports/aws';
import { answered } from './instance';

/** The record sets of a zone, as far as they were read. */
export interface WholeZone {
  readonly sets: readonly ResourceRecordSet[];
  /** Whether those are all. */
  readonly isWhole: boolean;
}

const pageSize = 300;
// 6,000 records: of a larger zone its first part is looked at, and said to be.
const mostPages = 20;

/** Reads a zone from its beginning, 300 record sets a call and 20 calls at most. Errors are Route 53's own. */
export async function readWholeZone(
  route53: Pick<Route53, 'listResourceRecordSets'>,
  zoneId: string,
): Promise<WholeZone> {
  const sets: ResourceRecordSet[] = [];
  let from: Omit<ListResourceRecordSetsCommandInput, 'HostedZoneId' | 'MaxItems'> = {};
  for (let page = 1; page <= mostPages; page += 1) {
    const answer = await route53.listResourceRecordSets({ HostedZoneId: zoneId, MaxItems: pageSize, ...from });
    sets.push(...answered(answer.ResourceRecordSets, `the records of zone ${zoneId}`));
    const { NextRecordName, NextRecordType, NextRecordIdentifier } = answer;
    if (answer.IsTruncated !== true || NextRecordName === undefined) return { sets, isWhole: true };
    from = {
      StartRecordName: NextRecordName,
      StartRecordType: NextRecordType,
      ...(NextRecordIdentifier !== undefined && { StartRecordIdentifier: NextRecordIdentifier }),
    };
  }
  return { sets, isWhole: false };
}
