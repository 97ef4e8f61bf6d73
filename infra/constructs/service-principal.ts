import { Stack } from 'aws-cdk-lib';
import { ServicePrincipal, type IPrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/**
 * A service that may take a role on behalf of this account only (the confused deputy), and, where the service documents
 * it, for that one resource: Step Functions does, for a state machine, whose ARN follows from its name. Of Lambda the
 * account is what can be relied upon: a function needs its role before there is a function.
 *
 * Source: IAM user guide, "The confused deputy problem"; Step Functions developer guide, "Creating an IAM role for your
 * state machine", "Prevent cross-service confused deputy issue".
 */
export function servicePrincipal(scope: Construct, service: string, sourceArn?: string): IPrincipal {
  const { account } = Stack.of(scope);
  return new ServicePrincipal(service).withConditions({
    StringEquals: { 'aws:SourceAccount': account },
    ...(sourceArn === undefined ? {} : { ArnLike: { 'aws:SourceArn': sourceArn } }),
  });
}
