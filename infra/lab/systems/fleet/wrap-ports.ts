import type { Ports } from './deploy-muster';

/**
 * The same ports, each one as `wrap` makes it.
 *
 * @param wrap gets the port's name, and for a client of Jenkins the settings that it was made for.
 */
export function wrapPorts(
  ports: Ports,
  wrap: <Port extends object>(name: keyof Ports, port: Port, settings?: unknown) => Port,
): Ports {
  return {
    autoScaling: wrap('autoScaling', ports.autoScaling),
    ec2: wrap('ec2', ports.ec2),
    route53: wrap('route53', ports.route53),
    elasticLoadBalancing: wrap('elasticLoadBalancing', ports.elasticLoadBalancing),
    settings: wrap('settings', ports.settings),
    ledger: wrap('ledger', ports.ledger),
    stepFunctions: wrap('stepFunctions', ports.stepFunctions),
    sns: wrap('sns', ports.sns),
    jenkins: (settings) => wrap('jenkins', ports.jenkins(settings), settings),
  };
}
