import { wrapPorts } from '../../infra/lab/systems/fleet/wrap-ports';
import type { Ports } from '../../infra/lab/systems/fleet/deploy-muster';
import { intercept } from '../../infra/lab/region/calls/intercept';

/** Each call of each port passes through `interceptor`, in the order in which they are made: `ec2.describeInstances`. */
export function interceptAllPorts(
  interceptor: (call: string, proceed: () => Promise<unknown>) => Promise<unknown>,
): (ports: Ports) => Ports {
  return (ports) =>
    wrapPorts(ports, (service, port) =>
      intercept(port, ({ operation }, proceed) => interceptor(`${service}.${operation}`, proceed)),
    );
}
