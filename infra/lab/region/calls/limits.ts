import type { Rate } from './token-bucket';

/**
 * AWS's published request limits (autumn 2026), per account and region unless said otherwise.
 *
 * Sources: Route 53 "Throttling for Amazon Route 53 API requests"
 * (docs.aws.amazon.com/Route53/latest/DeveloperGuide/throttling-api-requests.html; it was five calls a second without a
 * burst until 2026, and older pages still say so); EC2 "Request throttling for the Amazon EC2 API"; "Request throttling
 * for the Elastic Load Balancing API"; Step Functions "Service quotas", the three large regions' values aside.
 */
export const limits = {
  route53: {
    /** All actions together; per account, not per region. */
    account: { capacity: 50, perSecond: 10 },
    /** Each action by itself. */
    action: { capacity: 50, perSecond: 10 },
    /** Changes: CREATE and DELETE 1, UPSERT 2. */
    changes: { capacity: 1_500, perSecond: 100 },
  },
  ec2: {
    createTags: { capacity: 100, perSecond: 10 },
    describeInstances: { capacity: 100, perSecond: 20 },
    /** Neither filtered nor paginated. */
    describeAllInstances: { capacity: 50, perSecond: 10 },
  },
  elasticLoadBalancing: {
    /** Shared by all actions; the group's own registrations do not count. */
    account: { capacity: 40, perSecond: 10 },
    /** RegisterTargets and DeregisterTargets. */
    targets: { capacity: 20, perSecond: 4 },
    describe: { capacity: 40, perSecond: 10 },
  },
  autoScaling: {
    /** One bucket for all operations. AWS does not publish its size: this is an assumption. */
    account: { capacity: 100, perSecond: 20 },
  },
  stepFunctions: {
    stateTransition: { capacity: 800, perSecond: 800 },
    startExecution: { capacity: 800, perSecond: 150 },
    redriveExecution: { capacity: 800, perSecond: 150 },
    stopExecution: { capacity: 500, perSecond: 25 },
    describeExecution: { capacity: 250, perSecond: 10 },
    getExecutionHistory: { capacity: 400, perSecond: 20 },
    listExecutions: { capacity: 100, perSecond: 2 },
  },
} as const satisfies Record<string, Record<string, Rate>>;
