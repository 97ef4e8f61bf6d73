import { Stack } from 'aws-cdk-lib';
import { CfnApi, CfnIntegration, CfnRoute, CfnStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from '../../constructs/acknowledge';

export interface HttpFrontProps {
  readonly target: IFunction;
  readonly requestsPerSecond: number;
  readonly burst: number;
  readonly logRetention: RetentionDays;
}

/**
 * An HTTP API before the application: every request goes to it, so that what is unknown is answered as everything else
 * is. It throttles with 429, on which senders try again.
 */
export class HttpFront extends Construct {
  readonly url: string;
  /** What its metrics are filtered by. */
  readonly apiId: string;

  constructor(scope: Construct, id: string, { target, requestsPerSecond, burst, logRetention }: HttpFrontProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const api = new CfnApi(this, 'Api', { name: `${stack.stackName}-hooks`, protocolType: 'HTTP' });
    const integration = new CfnIntegration(this, 'Integration', {
      apiId: api.ref,
      integrationType: 'AWS_PROXY',
      integrationUri: target.functionArn,
      payloadFormatVersion: '2.0',
      timeoutInMillis: 29_000,
    });
    const route = new CfnRoute(this, 'Route', {
      apiId: api.ref,
      routeKey: '$default',
      target: `integrations/${integration.ref}`,
    });
    acknowledge(route, {
      'AwsSolutions-APIG4': 'senders authenticate by signatures over the body, which the application checks',
    });
    const logs = new LogGroup(this, 'AccessLogs', {
      logGroupName: `/aws/vendedlogs/apis/${stack.stackName}-hooks`,
      retention: logRetention,
    });
    new CfnStage(this, 'Stage', {
      apiId: api.ref,
      stageName: '$default',
      autoDeploy: true,
      defaultRouteSettings: { throttlingRateLimit: requestsPerSecond, throttlingBurstLimit: burst },
      // No header and no body: neither signatures nor events belong in a log.
      accessLogSettings: {
        destinationArn: logs.logGroupArn,
        format:
          '{"id":"$context.requestId","at":"$context.requestTime","path":"$context.path","status":"$context.status","bytes":"$context.responseLength","ms":"$context.responseLatency"}',
      },
    });
    target.addPermission('Requests', {
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: `arn:${stack.partition}:execute-api:${stack.region}:${stack.account}:${api.ref}/*/*`,
    });
    this.url = api.attrApiEndpoint;
    this.apiId = api.ref;
  }
}
