import { intercept } from './intercept';

/** One call as the permissions test needs it. */
export interface RecordedCall {
  /** IAM's prefix: `ec2`, `autoscaling`, `route53`, `elasticloadbalancing`, `states`, `sns`. */
  readonly service: string;
  /** As AWS names it: `DescribeInstances`. */
  readonly operation: string;
  readonly input: unknown;
}

/** Reports each call before it is made: one that is refused has needed its permission too. */
export function withRecorder<Port extends object>(
  port: Port,
  service: string,
  onCall: (call: RecordedCall) => void,
): Port {
  return intercept(port, async ({ operation, input }, proceed) => {
    onCall({ service, operation: operation.charAt(0).toUpperCase() + operation.slice(1), input });
    return proceed();
  });
}
