import { Stack } from 'aws-cdk-lib';
import {
  CfnVPCEndpoint,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  Peer,
  Port,
  SecurityGroup,
  Subnet,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { Network } from '../config';
import { acknowledge } from '../../../constructs/acknowledge';
import type { Placement } from './fleet-function';

/**
 * The part of a given VPC from which Jenkins can be reached, and on request the endpoints by which a function in
 * there reaches AWS. Nothing is looked up: what is not in the configuration is not known here.
 */
export class JenkinsNetwork extends Construct {
  readonly placement: Placement;

  constructor(scope: Construct, id: string, network: Network) {
    super(scope, id);
    const vpc = Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId: network.vpcId,
      // CDK wants one. Nothing uses it: the subnets are named one by one.
      availabilityZones: ['any'],
      ...(network.vpcCidr === undefined ? {} : { vpcCidrBlock: network.vpcCidr }),
    });
    const subnets = network.subnetIds.map((subnetId) => Subnet.fromSubnetId(this, subnetId, subnetId));
    for (const subnet of subnets) {
      acknowledge(subnet, { '@aws-cdk/aws-ec2:noSubnetRouteTableId': 'route tables are named in the configuration' });
    }
    const securityGroup = SecurityGroup.fromSecurityGroupId(this, 'SecurityGroup', network.securityGroupId, {
      mutable: false,
    });
    this.placement = { vpc, subnets, securityGroup };
    if (network.wayOut === 'endpoints') this.#makeEndpoints(network, this.placement);
  }

  /** Logs and traces need none: Lambda delivers them itself, outside of the VPC. */
  #makeEndpoints(network: Network, { vpc, subnets }: Placement): void {
    new CfnVPCEndpoint(this, 'DynamoDb', {
      vpcId: network.vpcId,
      vpcEndpointType: 'Gateway',
      serviceName: GatewayVpcEndpointAwsService.DYNAMODB.name,
      routeTableIds: network.routeTableIds,
    });
    const securityGroup = new SecurityGroup(this, 'EndpointAccess', {
      vpc,
      description: `Endpoints of ${Stack.of(this).stackName}: HTTPS from the whole VPC`,
      allowAllOutbound: false,
    });
    // Private DNS sends the whole VPC through an endpoint: one that admitted only Muster would cut off all other software.
    securityGroup.addIngressRule(Peer.ipv4(network.vpcCidr ?? ''), Port.tcp(443), 'HTTPS within the VPC');
    const services = {
      ParameterStore: InterfaceVpcEndpointAwsService.SSM,
      SecretsManager: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
    };
    for (const [name, service] of Object.entries(services)) {
      new InterfaceVpcEndpoint(this, name, {
        vpc,
        service,
        subnets: { subnets },
        securityGroups: [securityGroup],
        privateDnsEnabled: true,
        open: false,
      });
    }
  }
}
