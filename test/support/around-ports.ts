import { wrapPorts } from '../../infra/lab/systems/fleet/wrap-ports';
import type { Ports } from '../../infra/lab/systems/fleet/muster';
import { around } from '../../infra/lab/region/calls/around';

/** Each call of each port passes through `advice`, in the order in which they are made: `ec2.describeInstances`. */
export function aroundAllPorts(
  advice: (call: string, proceed: () => Promise<unknown>) => Promise<unknown>,
): (ports: Ports) => Ports {
  return (ports) =>
    wrapPorts(ports, (service, port) =>
      around(port, ({ operation }, proceed) => advice(`${service}.${operation}`, proceed)),
    );
}
