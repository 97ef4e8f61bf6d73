import type { LabGroup } from '../../../infra/lab/systems/fleet/lab';
import { launch, onlyExecution, stateOf, withLab } from '../../support/run-lab';

const place = { vpcId: 'vpc-lab', availabilityZone: 'eu-central-1a' };
const four = { id: 'subnet-four', ...place, cidr: '10.0.0.0/24' };
const six = { id: 'subnet-six', ...place, cidr: '10.0.1.0/24', ipv6Cidr: '2001:db8:0:6::/64', ipv6Only: true };
const both = { id: 'subnet-both', ...place, cidr: '10.0.2.0/24', ipv6Cidr: '2001:db8:0:2::/64' };

const jobs = { provision: undefined, deploy: undefined, targetGroups: [] };
const dns = (zoneId: string, more: object = {}) => ({ zoneId, zoneName: 'internal.example.com', ...more });

const withSubnet = (subnet: typeof four, use: Parameters<typeof withLab>[1]) =>
  withLab({ reachedOver: 'memory', region: { subnets: [subnet] } }, use);

const recordsOf = (lab: Parameters<Parameters<typeof withLab>[1]>[0]) =>
  lab.region.route53.world.resolve('web-01.internal.example.com');

describe('an instance of an IPv6-only subnet', () => {
  test('has an AAAA record alone, and no PTR record', () =>
    withSubnet(six, async (lab) => {
      const reverse = lab.region.route53.world.createZone({ name: '0.10.in-addr.arpa' });
      const reverseZone = { zoneId: reverse.id, zoneName: '0.10.in-addr.arpa' };
      lab.addGroup('web', { settings: { ...jobs, dns: dns(lab.zone.id, { ipv6: true, reverseZone }) } });
      const [id = ''] = await launch(lab);
      expect(onlyExecution(lab)).toMatchObject({ status: 'SUCCEEDED' });
      expect(stateOf(lab, id)).toBe('InService');
      const member = await lab.ledger.member('web', id);
      expect(member).toMatchObject({
        addresses: ['2001:db8:0:6::4'],
        dnsNames: [`${lab.zone.id}/web-01.internal.example.com`],
      });
      expect(recordsOf(lab)).toEqual([]);
    }));

  test.each([['an A record', {}, /no IPv4 address and never gets one: set dns.ipv6 to true/]])(
    'cannot have %s, and says so at once',
    (_, more, cause) =>
      withSubnet(six, async (lab) => {
        lab.addGroup('web', { settings: { ...jobs, dns: dns(lab.zone.id, more) } });
        const before = lab.clock.millis();
        await launch(lab);
        expect(onlyExecution(lab)).toMatchObject({
          error: 'AddressUnavailable',
          cause: expect.stringMatching(cause) as string,
        });
        expect(lab.clock.millis() - before).toBeLessThan(120_000);
      }),
  );

  test.each<[string, LabGroup['settings']]>([
    ['nothing asks for an address', { ...jobs, dns: undefined }],
    ['a tag asks for its address', { ...jobs, dns: undefined, tags: { Address: '{address}' } }],
  ])('goes into service where %s', (_, settings) =>
    withSubnet(six, async (lab) => {
      lab.addGroup('web', { settings: settings! });
      const [id = ''] = await launch(lab);
      expect(stateOf(lab, id)).toBe('InService');
      if (settings?.tags === undefined) return;
      await lab.clock.advance(5_000);
      expect(lab.region.ec2.world.instance(id).tags.actual().get('Address')).toBe('2001:db8:0:6::4');
    }),
  );
});

const noName = { provision: undefined, deploy: undefined, dns: undefined };

// Type `instance` takes the instance by its id, and reaches it by an address of its own family all the same.
test.each<[string, typeof four, LabGroup]>([
  ['IPv6-only subnet', six, { settings: noName }],
  ['IPv4-only subnet', four, { ipAddressType: 'ipv6', settings: noName }],
])('a target group of the family that an %s has not fails at once', (_, subnet, group) =>
  withSubnet(subnet, async (lab) => {
    lab.addGroup('web', group);
    const before = lab.clock.millis();
    await launch(lab);
    expect(onlyExecution(lab)).toMatchObject({
      error: 'TargetGroupUnusable',
      cause: expect.stringMatching(/web does not take i-\w+: .*missing primary IPv[46] addresses/) as string,
    });
    expect(lab.clock.millis() - before).toBeLessThan(120_000);
  }),
);

test('dns.ipv6 in a subnet without IPv6 is refused at once, with what to change', () =>
  withSubnet(four, async (lab) => {
    lab.addGroup('web', { settings: { ...jobs, dns: dns(lab.zone.id, { ipv6: true }) } });
    const before = lab.clock.millis();
    await launch(lab);
    expect(onlyExecution(lab)).toMatchObject({
      error: 'AddressUnavailable',
      cause: expect.stringMatching(/no IPv6 address and never gets one: set dns.ipv6 to false, or give/) as string,
    });
    expect(lab.clock.millis() - before).toBeLessThan(120_000);
  }));

test('addresses that come late are waited for, and those of the primary interface count', () =>
  withSubnet(both, async (lab) => {
    lab.region.ec2.world.setInterfaces({
      more: [{ deviceIndex: 1 }, { deviceIndex: 0, networkCardIndex: 1 }],
      visibleAfterMs: 40_000,
    });
    lab.addGroup('web', { settings: { ...jobs, dns: dns(lab.zone.id, { ipv6: true }) } });
    const [id = ''] = await launch(lab);
    const { privateIp, ipv6 } = lab.region.ec2.world.instance(id);
    expect(stateOf(lab, id)).toBe('InService');
    expect((await lab.ledger.member('web', id))?.addresses).toEqual([privateIp, ipv6]);
    expect(recordsOf(lab)).toEqual([privateIp]);
  }));

test('a crowd in a dual-stack subnet and an IPv6-only one is named together', () =>
  withLab({ reachedOver: 'memory', region: { subnets: [both, six] } }, async (lab) => {
    const reverse = lab.region.route53.world.createZone({ name: '0.10.in-addr.arpa' });
    const reverseZone = { zoneId: reverse.id, zoneName: '0.10.in-addr.arpa' };
    lab.addGroup('web', { settings: { ...jobs, dns: dns(lab.zone.id, { ipv6: true, reverseZone }) } });
    const ids = await launch(lab, 40);
    expect(ids.map((id) => stateOf(lab, id))).toEqual(ids.map(() => 'InService'));
    const members = await lab.ledger.members('web');
    expect(members.map(({ dnsNames = [] }) => dnsNames.length).sort()).toEqual([
      ...Array<number>(20).fill(1),
      ...Array<number>(20).fill(2),
    ]);
    for (const { addresses = [], dnsChanges = [], dnsNames = [] } of members) {
      expect(addresses).toHaveLength(dnsNames.length);
      expect(dnsChanges).toHaveLength(dnsNames.length);
    }
  }));
