import { ServiceError } from '../../../infra/lab/region/base/service-error';
import type { Ports } from '../../../infra/lab/systems/fleet/deploy-muster';
import { busiest, Shares } from '../../bench/shares/shares';

test('the busiest span has its first moment in it, and not its last', () => {
  expect(busiest([], 60)).toBe(0);
  expect(busiest([0, 59, 60], 60)).toBe(2);
  expect(busiest([0, 100, 110, 120, 300], 60)).toBe(3);
});

test('a call counts for each limit that it comes out of; one that is refused takes nothing', async () => {
  let refuses = false;
  const answer = async () => {
    if (refuses) throw new ServiceError({ code: 'Throttling', message: 'Rate exceeded' });
    return {};
  };
  const shares = new Shares(() => 0);
  const none = { autoScaling: {}, ec2: {}, settings: {}, ledger: {}, stepFunctions: {}, sns: {} };
  const ports = shares.interceptPorts({
    ...none,
    elasticLoadBalancing: { registerTargets: answer, describeTargetHealth: answer },
    route53: { getChange: answer },
  } as unknown as Ports);
  const input = { TargetGroupArn: 'arn' };
  for (let call = 0; call < 24; call += 1) await ports.elasticLoadBalancing.registerTargets({ ...input, Targets: [] });
  await ports.elasticLoadBalancing.describeTargetHealth(input);
  refuses = true;
  await expect(ports.route53.getChange({ Id: 'C1' })).rejects.toThrow('Rate exceeded');
  // 24 of the 240 that four a second are in a minute; with the look 25 of the 600 of all of ELB.
  expect(shares.of('ELB, targets')).toEqual({ share: 0.1, refused: 0 });
  expect(shares.of('ELB, all')).toEqual({ share: 25 / 600, refused: 0 });
  expect(shares.of('Route 53')).toEqual({ share: 0, refused: 1 });
});
