import { GetHostedZoneCommand, type Route53Client } from '@aws-sdk/client-route-53';
import {
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import type { DeployedResources } from '../../ports/deployed';
import { createLambda, type LambdaPlace } from './lambda';

export interface DeployedClients extends LambdaPlace {
  readonly route53: Route53Client;
  readonly stepFunctions: SFNClient;
}

/** The Deployed port on the AWS SDK. */
export function createDeployed(clients: DeployedClients): DeployedResources {
  const { route53, stepFunctions } = clients;
  return {
    ...createLambda(clients),
    zoneVpcs: async (Id) => {
      const { HostedZone, VPCs = [] } = await route53.send(new GetHostedZoneCommand({ Id }));
      if (HostedZone?.Config?.PrivateZone !== true) return undefined;
      return VPCs.flatMap(({ VPCId }) => VPCId ?? []);
    },
    revision: async (stateMachineArn) =>
      (await stepFunctions.send(new DescribeStateMachineCommand({ stateMachineArn }))).revisionId,
    revisionOf: async (executionArn) =>
      (await stepFunctions.send(new DescribeStateMachineForExecutionCommand({ executionArn }))).revisionId,
  };
}
