import { AutoScalingGroup, HealthChecks, TerminationPolicy } from 'aws-cdk-lib/aws-autoscaling';
import {
  AmazonLinuxCpuType,
  BlockDeviceVolume,
  InstanceClass,
  InstanceSize,
  InstanceType,
  LaunchTemplate,
  MachineImage,
  Port,
  SecurityGroup,
  UserData,
} from 'aws-cdk-lib/aws-ec2';
import {
  ApplicationLoadBalancer,
  ApplicationProtocol,
  ApplicationTargetGroup,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { acknowledge } from '../../../constructs/acknowledge';
import type { Placement } from './fleet-function';

/**
 * A group to try Muster on: the smallest instances, which answer on port 80 as soon as they have started, behind a
 * load balancer inside the VPC that lets no traffic in until a rule is added.
 *
 * It begins empty, since its hook comes last: an instance launched before it would go into service without Muster.
 */
export class Demonstration extends Construct {
  readonly targetGroup: ApplicationTargetGroup;

  constructor(scope: Construct, id: string, { group, placement }: { group: string; placement: Placement }) {
    super(scope, id);
    const { vpc, subnets } = placement;
    const balancerAccess = new SecurityGroup(this, 'BalancerAccess', { vpc, description: `Balancer of ${group}` });
    const instanceAccess = new SecurityGroup(this, 'InstanceAccess', { vpc, description: `Instances of ${group}` });
    instanceAccess.addIngressRule(balancerAccess, Port.tcp(80), 'From the load balancer');

    this.targetGroup = new ApplicationTargetGroup(this, 'Targets', {
      vpc,
      port: 80,
      protocol: ApplicationProtocol.HTTP,
      targetType: TargetType.INSTANCE,
      healthCheck: { path: '/', interval: Duration.seconds(10), timeout: Duration.seconds(5) },
      deregistrationDelay: Duration.seconds(30),
    });
    const balancer = new ApplicationLoadBalancer(this, 'Balancer', {
      vpc,
      vpcSubnets: { subnets },
      internetFacing: false,
      securityGroup: balancerAccess,
      dropInvalidHeaderFields: true,
    });
    balancer.addListener('Http', {
      port: 80,
      protocol: ApplicationProtocol.HTTP,
      open: false,
      defaultTargetGroups: [this.targetGroup],
    });
    const autoScalingGroup = new AutoScalingGroup(this, 'Group', {
      vpc,
      vpcSubnets: { subnets },
      autoScalingGroupName: group,
      launchTemplate: this.#launchTemplate(instanceAccess),
      minCapacity: 0,
      maxCapacity: 4,
      healthChecks: HealthChecks.ec2(),
      // Scaling in takes the youngest first, so that numbers stay dense: web-01 is the last to go.
      terminationPolicies: [TerminationPolicy.NEWEST_INSTANCE],
    });
    autoScalingGroup.attachToApplicationTargetGroup(this.targetGroup);
    acknowledge(balancer, {
      'AwsSolutions-ELB2': 'a demonstration: the access logs of its load balancer would not be read',
    });
    acknowledge(autoScalingGroup, { 'AwsSolutions-AS3': 'Muster itself reports what happens to the instances' });
  }

  #launchTemplate(securityGroup: SecurityGroup): LaunchTemplate {
    const userData = UserData.forLinux();
    userData.addCommands('mkdir -p /srv/www', 'hostname > /srv/www/index.html', serve);
    return new LaunchTemplate(this, 'Template', {
      instanceType: InstanceType.of(InstanceClass.T4G, InstanceSize.NANO),
      machineImage: MachineImage.latestAmazonLinux2023({ cpuType: AmazonLinuxCpuType.ARM_64 }),
      requireImdsv2: true,
      blockDevices: [{ deviceName: '/dev/xvda', volume: BlockDeviceVolume.ebs(8, { encrypted: true }) }],
      securityGroup,
      userData,
    });
  }
}

/** Python comes with Amazon Linux 2023: nothing is downloaded. */
const serve = 'systemd-run --unit=demonstration python3 -m http.server 80 --directory /srv/www';
