import type {
  ListResourceRecordSetsCommandInput,
  ListResourceRecordSetsCommandOutput,
  ChangeResourceRecordSetsCommandInput,
  ChangeResourceRecordSetsCommandOutput,
  GetChangeCommandInput,
  GetChangeCommandOutput,
} from '@aws-sdk/client-route-53';

/** Amazon Route 53: the calls that Muster makes, with the SDK's own inputs, outputs and errors. */
export interface Route53 {
  listResourceRecordSets(
    input: ListResourceRecordSetsCommandInput,
  ): Promise<Omit<ListResourceRecordSetsCommandOutput, '$metadata'>>;
  changeResourceRecordSets(
    input: ChangeResourceRecordSetsCommandInput,
  ): Promise<Omit<ChangeResourceRecordSetsCommandOutput, '$metadata'>>;
  getChange(input: GetChangeCommandInput): Promise<Omit<GetChangeCommandOutput, '$metadata'>>;
}
