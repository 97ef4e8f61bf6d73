import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { Route53Client } from '@aws-sdk/client-route-53';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { createActivities } from '../../functions/fleet/adapters/aws/activities';
import { createAutoScaling } from '../../functions/fleet/adapters/aws/auto-scaling';
import { createDeployed } from '../../functions/fleet/adapters/aws/deployed';
import { createDynamoDbLedger } from '../../functions/fleet/adapters/aws/dynamodb-ledger';
import { createEc2 } from '../../functions/fleet/adapters/aws/ec2';
import { createElasticLoadBalancing } from '../../functions/fleet/adapters/aws/elastic-load-balancing';
import { createParameterSettings } from '../../functions/fleet/adapters/aws/parameter-settings';
import { createRoute53 } from '../../functions/fleet/adapters/aws/route53';
import { createStepFunctions } from '../../functions/fleet/adapters/aws/step-functions';
import { createJenkinsDirectory } from '../../functions/fleet/adapters/jenkins-directory';
import { createJobCheck } from '../../functions/fleet/adapters/jenkins/setup/job-check';
import { createBuildLog } from '../../functions/fleet/adapters/jenkins/log/build-log';
import {
  deploymentParameterName,
  deploymentRecord,
  type DeploymentRecord,
} from '../../functions/fleet/contracts/deployment';
import type { Identity } from '../../functions/fleet/domain/identity';
import type { ExpectedFunction } from '../../functions/fleet/operations/doctor';
import { isParameterNotFound } from '../../functions/shared/aws-errors';
import { systemClock } from '../../functions/shared/runtime';
import { fleetFunctionNames, specOf } from '../systems/fleet/functions';
import { CannotLook } from './failures';
import type { World } from './world';

export interface AwsPlace {
  readonly stackName: string;
  /** Default: as the AWS CLI finds it (environment, then the profile). */
  readonly region?: string;
  readonly profile?: string;
  /** For tests: where every service is. */
  readonly endpoint?: string;
}

/** A person waits, so a call may take longer and be tried more often than in a Lambda; a missing network is reported soon. */
const requests = { connectionTimeout: 3_000, requestTimeout: 15_000, throwOnRequestTimeout: true } as const;

/**
 * A deployment in AWS, with the credentials and the region that the AWS CLI would take.
 *
 * @throws CannotLook where there is no such deployment; errors of AWS otherwise (`explainAws` has words for them).
 */
export async function worldOfAws({ stackName, region, profile, endpoint }: AwsPlace): Promise<World> {
  const aws = {
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
    ...(endpoint !== undefined && { endpoint }),
    maxAttempts: 4,
    requestHandler: requests,
  };
  const ssm = new SSMClient(aws);
  const record = await readDeployment(ssm, stackName);
  const autoScaling = new AutoScalingClient(aws);
  const clock = systemClock;
  const secrets = new SecretsManagerClient(aws);
  const { jenkinsUrls: urls } = record;
  const logs = createJenkinsDirectory({ secrets, clock, urls }, createBuildLog);
  const jobs = createJenkinsDirectory({ secrets, clock, urls }, createJobCheck);
  const [route53, stepFunctions] = [new Route53Client(aws), new SFNClient(aws)];
  const identity = identityOf(record.stateMachineArn, stackName);
  const place = { like: ssm, partition: identity.partition, ...(endpoint !== undefined && { endpoint }) };
  return {
    clock,
    ledger: createDynamoDbLedger({ client: new DynamoDBClient(aws), tableName: record.ledgerTable }),
    settings: createParameterSettings({ client: ssm, prefix: record.settingsPrefix, clock }),
    autoScaling: createAutoScaling(autoScaling),
    activities: createActivities(autoScaling),
    ec2: createEc2(new EC2Client(aws)),
    route53: createRoute53(route53),
    elasticLoadBalancing: createElasticLoadBalancing(new ElasticLoadBalancingV2Client(aws)),
    stepFunctions: createStepFunctions(stepFunctions),
    logs: { read: (settings, build, from) => logs(settings).read(build, from) },
    jobs: { check: (settings, job, parameters) => jobs(settings).check(job, parameters) },
    identity,
    stateMachineArn: record.stateMachineArn,
    releaseArn: record.releaseArn,
    formerly: record.formerly,
    deployed: createDeployed({ ...place, route53, stepFunctions }),
    functions: expectedFunctions(stackName),
    ...(record.heartbeats !== undefined && { heartbeats: record.heartbeats }),
    where: `${stackName} in ${record.stateMachineArn.split(':')[3] ?? 'AWS'}`,
  };
}

/** The catalogue that the deployment makes them from. */
export function expectedFunctions(stackName: string): ExpectedFunction[] {
  return fleetFunctionNames.map((name) => {
    const { timeoutSeconds, memoryMb, reservedConcurrency: reserved } = specOf(name);
    const full = `${stackName}-${name}`;
    return { name: full, timeoutSeconds, memoryMb, ...(reserved !== undefined && { reserved }) };
  });
}

function identityOf(arn: string, deployment: string): Identity {
  const [, partition = '', , region = '', account = ''] = arn.split(':');
  return { partition, account, region, deployment };
}

async function readDeployment(ssm: SSMClient, stackName: string): Promise<DeploymentRecord> {
  const name = deploymentParameterName(stackName);
  const text = await parameter(ssm, name, stackName);
  const parsed = deploymentRecord.safeParse(jsonIn(text));
  if (parsed.success) return parsed.data;
  throw new CannotLook(`the parameter ${name} is not what a deployment writes: deploy ${stackName} again`);
}

async function parameter(ssm: SSMClient, name: string, stackName: string): Promise<string> {
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: name }));
    return Parameter?.Value ?? '';
  } catch (error) {
    if (!isParameterNotFound(error)) throw error;
    const region = await ssm.config.region();
    throw new CannotLook(
      `no deployment '${stackName}' in ${region} (there is no parameter ${name}): is it another region (--region), ` +
        'account (--profile) or stack (--stack)? For a lab on this machine, use --lab',
      { cause: error },
    );
  }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
