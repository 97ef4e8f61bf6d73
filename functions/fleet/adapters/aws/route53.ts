import {
  ListResourceRecordSetsCommand,
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  type Route53Client,
} from '@aws-sdk/client-route-53';
import type { Route53 } from '../../ports/aws';

/** The Route53 port on the AWS SDK. */
export function createRoute53(client: Route53Client): Route53 {
  return {
    listResourceRecordSets: (input) => client.send(new ListResourceRecordSetsCommand(input)),
    changeResourceRecordSets: (input) => client.send(new ChangeResourceRecordSetsCommand(input)),
    getChange: (input) => client.send(new GetChangeCommand(input)),
  };
}
