import type * as sdk from '@aws-sdk/client-route-53';
import type { Route53 } from '../../../../functions/fleet/ports/aws';
import * as errors from './errors';
import type { Route53World, ZoneChange } from './world';
import { describeRecord } from './zone';

type Output<T> = Omit<T, '$metadata'>;

/** Amazon Route 53 as its callers see it. */
export class Route53Api implements Route53 {
  readonly #world: Route53World;

  constructor(world: Route53World) {
    this.#world = world;
  }

  async listResourceRecordSets(
    input: sdk.ListResourceRecordSetsCommandInput,
  ): Promise<Output<sdk.ListResourceRecordSetsCommandOutput>> {
    const zone = this.#world.zone(input.HostedZoneId ?? '');
    if (input.StartRecordType !== undefined && input.StartRecordName === undefined) {
      throw errors.invalidInput('The input is not valid. StartRecordType requires StartRecordName.');
    }
    const max = Math.min(input.MaxItems ?? 300, 300);
    const found = zone.records.from(input.StartRecordName, input.StartRecordType, max + 1);
    const next = found[max];
    return {
      ResourceRecordSets: found.slice(0, max).map(describeRecord),
      IsTruncated: next !== undefined,
      ...(next === undefined ? {} : { NextRecordName: next.name, NextRecordType: next.type }),
      MaxItems: max,
    };
  }

  async changeResourceRecordSets(
    input: sdk.ChangeResourceRecordSetsCommandInput,
  ): Promise<Output<sdk.ChangeResourceRecordSetsCommandOutput>> {
    const zone = this.#world.zone(input.HostedZoneId ?? '');
    const changes = input.ChangeBatch?.Changes ?? [];
    if (changes.length === 0) throw errors.invalidInput('Invalid request: Expected at least one Change in ChangeBatch');
    if ((input.ChangeBatch?.Comment?.length ?? 0) > 256)
      throw errors.invalidInput('The comment has over 256 characters');
    return { ChangeInfo: this.#describe(this.#world.change(zone, changes, input.ChangeBatch?.Comment)) };
  }

  async getChange(input: sdk.GetChangeCommandInput): Promise<Output<sdk.GetChangeCommandOutput>> {
    return { ChangeInfo: this.#describe(this.#world.changeOf(input.Id ?? '')) };
  }

  async getHostedZone(input: sdk.GetHostedZoneCommandInput): Promise<Output<sdk.GetHostedZoneCommandOutput>> {
    const zone = this.#world.zone(input.Id ?? '');
    return {
      HostedZone: {
        Id: `/hostedzone/${zone.id}`,
        Name: zone.name,
        CallerReference: zone.id,
        Config: { PrivateZone: true },
        ResourceRecordSetCount: zone.records.size,
      },
      VPCs: zone.vpcIds.map((VPCId) => ({ VPCId })),
    };
  }

  #describe(change: ZoneChange): sdk.ChangeInfo {
    return {
      Id: `/change/${change.id}`,
      Status: this.#world.isInSync(change) ? 'INSYNC' : 'PENDING',
      SubmittedAt: change.submittedAt,
      ...(change.comment === undefined ? {} : { Comment: change.comment }),
    };
  }
}
