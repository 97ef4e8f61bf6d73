import type { Ports } from '../../infra/lab/muster';
import { around } from '../../infra/lab/region/around';

/** Each call of each port passes through `advice`, in the order in which they are made: `ec2.describeInstances`. */
export function aroundAllPorts(
  advice: (call: string, proceed: () => Promise<unknown>) => Promise<unknown>,
): (ports: Ports) => Ports {
  const wrap = <Port extends object>(service: string, port: Port) =>
    around(port, ({ operation }, proceed) => advice(`${service}.${operation}`, proceed));
  return (ports) => ({
    autoScaling: wrap('autoScaling', ports.autoScaling),
    ec2: wrap('ec2', ports.ec2),
    route53: wrap('route53', ports.route53),
    elasticLoadBalancing: wrap('elasticLoadBalancing', ports.elasticLoadBalancing),
    settings: wrap('settings', ports.settings),
    ledger: wrap('ledger', ports.ledger),
    stepFunctions: wrap('stepFunctions', ports.stepFunctions),
    sns: wrap('sns', ports.sns),
    jenkins: (settings) => wrap('jenkins', ports.jenkins(settings)),
  });
}
