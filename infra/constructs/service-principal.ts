import { Stack } from 'aws-cdk-lib';
import { ServicePrincipal, type IPrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/**
 * A service that may take a role on behalf of this account only (the confused deputy). The account and not a resource:
 * the function or the state machine needs its role before it has an ARN.
 *
 * Source: IAM user guide, "The confused deputy problem"; Step Functions developer guide, the same.
 */
export function servicePrincipal(scope: Construct, service: string): IPrincipal {
  const { account } = Stack.of(scope);
  return new ServicePrincipal(service).withConditions({ StringEquals: { 'aws:SourceAccount': account } });
}
