import { planAdoption } from '../../../functions/fleet/operations/adopt';
import { doctor } from '../../../functions/fleet/operations/doctor';
import { list } from '../../../functions/fleet/operations/list';
import { worldOfLab } from '../../../infra/console/world-lab';
import { intercept } from '../../../infra/lab/region/calls/intercept';
import { wrapPorts } from '../../../infra/lab/systems/fleet/wrap-ports';
import type { Lab } from '../../../infra/lab/systems/fleet/lab';
import type { Ports } from '../../../infra/lab/systems/fleet/deploy-muster';
import { allBuilds, minutes, nothing, traces } from '../../support/failures';
import { launch, settle, stateOf, withLab } from '../../support/run-lab';

// What AWS lists comes in an order that it does not promise: groups, instances, network interfaces and their addresses,
// tags, hooks, target groups, targets, parameters. Records of a zone, events and executions have one.

const unordered = ['autoScaling', 'ec2', 'elasticLoadBalancing', 'settings'] as const;

function reversed<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map((one: unknown) => reversed(one)).reverse() as Value;
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, reversed(part)])) as Value;
}

/** Every list in every answer the other way round. */
const backwards = (ports: Ports): Ports =>
  wrapPorts(ports, (service, port) =>
    (unordered as readonly string[]).includes(service)
      ? intercept(port, async (_, proceed) => reversed(await proceed()))
      : port,
  );

const asListed = (ports: Ports): Ports => ports;

const place = { vpcId: 'vpc-lab' };
const subnets = [
  { id: 'subnet-a', ...place, availabilityZone: 'eu-central-1a', cidr: '10.0.0.0/24', ipv6Cidr: '2001:db8:0:1::/64' },
  { id: 'subnet-b', ...place, availabilityZone: 'eu-central-1b', cidr: '10.0.1.0/24', ipv6Cidr: '2001:db8:0:2::/64' },
];

/** Launches, a failure and its retry, a release; and what of it is there, and what operators see. */
async function life(lab: Lab, order: typeof backwards, count: number): Promise<unknown> {
  const ec2 = lab.region.ec2.world;
  ec2.setInterfaces({ more: [{ deviceIndex: 1 }, { deviceIndex: 0, networkCardIndex: 1 }] });
  const dns = { zoneId: lab.zone.id, zoneName: lab.zone.name, ipv6: true };
  const jobs = count > 20 ? { provision: undefined, deploy: undefined, targetGroups: [] } : {};
  lab.addGroup('api', { settings: { ...jobs, dns: undefined } });
  lab.addGroup('web', { targetType: 'ip', settings: { ...jobs, dns, tags: { Address: '{address}', Role: 'web' } } });
  await launch(lab, 1, 'api');
  const ids = await launch(lab, count);
  allBuilds(lab, 'deploy', 'FAILURE');
  ids.push(...(await launch(lab)));
  allBuilds(lab, 'deploy', 'SUCCESS');
  if (count <= 20) await lab.muster.operations.retry({ group: 'web', instance: ids.at(-1)! });
  await settle(lab);
  lab.region.autoScaling.world.terminateInstance(ids[0]!, { decrement: true });
  await minutes(lab, 12);
  await settle(lab);

  const members = await lab.ledger.members('web');
  const { autoScaling, elasticLoadBalancing, ...rest } = worldOfLab(lab);
  const world = { ...rest, ...order({ ...rest, autoScaling, elasticLoadBalancing } as unknown as Ports) };
  const findings = await doctor(world);
  const views = await list(world);
  lab.ledger.restore();
  const { plan } = await planAdoption(world, 'web');
  return {
    members: members.map(({ name, instanceId, addresses }) => [name, ids.indexOf(instanceId), addresses]),
    primary: members.map(({ instanceId: id }) => [ec2.instance(id).privateIp, ec2.instance(id).ipv6]),
    tags: members.map(({ instanceId }) => ec2.instance(instanceId).tags.actual().get('Address')),
    states: ids.map((id) => stateOf(lab, id)),
    gone: await traces(lab, ids[0]!),
    findings: findings.map(({ code, group }) => `${group} ${code}`).sort(),
    views: views.map(({ group, desired, instances }) => [group, desired, instances.length]),
    adopted: plan.adopt.map(({ name, instanceId, source }) => [name, ids.indexOf(instanceId), source]),
    refused: plan.refused,
  };
}

test.each([3, 21])('%d launches come to the same in any order in which AWS lists things', async (count) => {
  const options = { ...(count > 20 && { reachedOver: 'memory' as const }), region: { subnets } };
  const usual = await withLab(options, (lab) => life(lab, asListed, count));
  const other = await withLab({ ...options, interceptPorts: backwards }, (lab) => life(lab, backwards, count));
  expect(other).toEqual(usual);
  const { members, primary, tags } = usual as Record<'members' | 'primary' | 'tags', unknown[][]>;
  expect(members.map(([, , addresses]) => addresses)).toEqual(primary);
  expect(tags).toEqual(primary.map(([ipv4]) => ipv4));
  expect(usual).toMatchObject({ gone: nothing, refused: [] });
  expect(members).toHaveLength(count);
});
