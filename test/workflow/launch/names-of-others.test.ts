import type { Lab } from '../../../infra/lab/systems/fleet/lab';
import type { StepInterceptor } from '../../../infra/lab/systems/fleet/deploy-muster';
import type { ForeignRecord } from '../../../infra/lab/region/route53/world';
import { executions, launch, onlyExecution, stateOf, withLab } from '../../support/run-lab';

const fqdn = 'web-01.internal.example.com';
const inMemory = { reachedOver: 'memory' } as const;

function put(lab: Lab, type: 'A' | 'TXT', ...values: string[]): void {
  lab.region.route53.world.foreign(lab.zone.id, { name: fqdn, type, values });
}

async function scaleIn(lab: Lab, minutes = 20): Promise<void> {
  lab.region.autoScaling.world.setDesiredCapacity('web', 0);
  await lab.clock.advance(minutes * 60_000);
}

const releases = ({ muster: { engine, releaseArn } }: Lab) =>
  (engine.listExecutions({ stateMachineArn: releaseArn }).executions ?? []).map(({ executionArn = '' }) =>
    engine.describeExecution({ executionArn }),
  );

describe('a mark that names no deployment', () => {
  const oldMark = (id: string) => `"heritage=muster,group=web,instance=${id}"`;

  test('of an instance that this ledger has never known is of another deployment', () =>
    withLab(inMemory, async (lab) => {
      lab.addGroup('web');
      put(lab, 'A', '10.0.0.99');
      put(lab, 'TXT', oldMark('i-0dead0dead0dead00'));
      await launch(lab);
      expect(onlyExecution(lab).error).toBe('NameTaken');
      expect(lab.region.route53.world.resolve(fqdn)).toEqual(['10.0.0.99']);
    }));

  test('of an instance that held the name here is taken over when it is dead', () =>
    withLab(inMemory, async (lab) => {
      lab.addGroup('web');
      const [gone] = await launch(lab);
      await scaleIn(lab);
      put(lab, 'A', '10.0.0.99');
      put(lab, 'TXT', oldMark(gone!));
      const [id] = await launch(lab);
      expect(stateOf(lab, id!)).toBe('InService');
      expect(lab.region.route53.world.resolve(fqdn)).toEqual([lab.region.ec2.world.instance(id!).privateIp]);
    }));

  test('of the instance itself goes with it', () =>
    withLab(inMemory, async (lab) => {
      lab.addGroup('web');
      const [id] = await launch(lab);
      put(lab, 'TXT', oldMark(id!));
      await scaleIn(lab);
      expect([...lab.region.route53.world.resolve(fqdn), ...lab.region.route53.world.resolve(fqdn, 'TXT')]).toEqual([]);
    }));
});

describe('values of others at our name', () => {
  test('stay when it is released, and the next one gets the name', () =>
    withLab(inMemory, async (lab) => {
      lab.addGroup('web');
      await launch(lab);
      const { world } = lab.region.route53;
      put(lab, 'TXT', '"site-verification=abc" "def"', ...world.resolve(fqdn, 'TXT'));
      await scaleIn(lab);
      expect(world.resolve(fqdn)).toEqual([]);
      expect(world.resolve(fqdn, 'TXT')).toEqual(['"site-verification=abc" "def"']);
      const [next] = await launch(lab);
      expect(stateOf(lab, next!)).toBe('InService');
      expect(world.resolve(fqdn, 'TXT')).toContain('"site-verification=abc" "def"');
    }));

  test.each([
    ['an address', (own: string): ForeignRecord => ({ name: fqdn, type: 'A', values: ['10.9.9.9', own], ttl: 300 })],
    ['an alias', (): ForeignRecord => ({ name: fqdn, type: 'A', values: [], aliasOf: 'lb.example.com.' })],
  ])('%s is not taken away with ours', (what, record) =>
    withLab(inMemory, async (lab) => {
      lab.addGroup('web');
      await launch(lab);
      const { world } = lab.region.route53;
      world.foreign(lab.zone.id, record(world.resolve(fqdn)[0]!));
      await scaleIn(lab);
      expect(world.resolve(fqdn)).toEqual(what === 'an alias' ? [] : ['10.9.9.9']);
      expect(world.resolve(fqdn, 'TXT')).toEqual([]);
      expect(await lab.ledger.heldIndexes('web')).toEqual([]);
    }),
  );

  test('that still lead to it keep its number, with a name for it, until they are gone', () =>
    withLab(inMemory, async (lab) => {
      lab.addGroup('web');
      await launch(lab);
      const { world } = lab.region.route53;
      world.foreign(lab.zone.id, { name: fqdn, type: 'A', values: world.resolve(fqdn), setIdentifier: 'blue' });
      await scaleIn(lab, 10);
      expect(releases(lab)[0]).toMatchObject({ status: 'FAILED', error: 'NameStuck' });
      expect(await lab.ledger.heldIndexes('web')).toEqual([1]);
      world.removeForeign(lab.zone.id, fqdn, 'A');
      await lab.clock.advance(4 * 3_600_000);
      expect(await lab.ledger.heldIndexes('web')).toEqual([]);
      expect(world.resolve(fqdn, 'TXT')).toEqual([]);
      expect(executions(lab)).toHaveLength(1);
    }));
});

describe.each([
  ['MX', '10 mail.example.com.'],
  ['SSHFP', '4 2 123456789abcdef67890123456789abcdef67890123456789abcdef123456789'],
  ['HTTPS', '1 . alpn="h2"'],
] as const)('a record of type %s at our name', (type, value) => {
  /** The first run of the step dies after its effect, so the second finds the name written, and reads what is there. */
  const diesOnce = (): StepInterceptor => {
    let left = 1;
    return (its, run) => async (payload) => {
      const answer: unknown = await run(payload);
      if (its === 'RegisterDns' && left-- > 0) throw Object.assign(new Error('it died'), { name: 'Lambda.Unknown' });
      return answer;
    };
  };

  test('neither keeps ours out nor is touched', () =>
    withLab({ ...inMemory, interceptStep: diesOnce() }, async (lab) => {
      lab.addGroup('web');
      const { world } = lab.region.route53;
      world.foreign(lab.zone.id, { name: fqdn, type, values: [value] });
      const [id] = await launch(lab);
      expect(onlyExecution(lab).status).toBe('SUCCEEDED');
      expect(world.resolve(fqdn)).toEqual([lab.region.ec2.world.instance(id!).privateIp]);
      await scaleIn(lab);
      expect(world.resolve(fqdn)).toEqual([]);
      expect(await lab.ledger.heldIndexes('web')).toEqual([]);
      expect([...world.resolve(fqdn, 'TXT'), ...world.resolve(fqdn, type)]).toEqual([value]);
    }));
});

test.each(['NS', 'CNAME'] as const)('a record of type %s at our name keeps it', (type) =>
  withLab(inMemory, async (lab) => {
    lab.addGroup('web');
    lab.region.route53.world.foreign(lab.zone.id, { name: fqdn, type, values: ['ns1.example.com.'] });
    lab.region.route53.world.foreign(lab.zone.id, { name: fqdn, type: 'TXT', values: ['"x"'] });
    await launch(lab);
    expect(onlyExecution(lab).error).toBe('NameTaken');
  }),
);

// A group scales in and another one out: EC2 gives the address on before the release has taken its reverse name away.
test('the reverse name of an address that another group had continues with the address, and is taken away once', () =>
  withLab(inMemory, async (lab) => {
    const { id: zoneId } = lab.region.route53.world.createZone({ name: '10.in-addr.arpa' });
    const reverseZone = { zoneId, zoneName: '10.in-addr.arpa' };
    const dns = { zoneId: lab.zone.id, zoneName: lab.zone.name, reverseZone };
    for (const group of ['web', 'api'])
      lab.addGroup(group, { settings: { provision: undefined, deploy: undefined, dns } });
    lab.region.ec2.world.onTransition(({ id }, state) => {
      if (state === 'running') lab.clock.after(1, () => lab.region.ec2.world.setAppState(id, 'healthy'));
    });
    const [dead = ''] = await launch(lab, 1, 'api');
    const { privateIp } = lab.region.ec2.world.instance(dead);
    const reverse = `${privateIp.split('.').reverse().join('.')}.in-addr.arpa`;
    // Of its end Muster does not hear in time.
    lab.muster.reconciler.disable();
    lab.region.bus.setDelivery({ quality: { loss: 1 } });
    lab.region.autoScaling.world.setDesiredCapacity('api', 0);
    await lab.clock.runUntil(() => lab.region.autoScaling.world.group('api').instances.size === 0, 3 * 3_600_000);
    lab.region.bus.setDelivery({ quality: { loss: 0 } });

    const [heir = ''] = await launch(lab, 1, 'web');
    expect(lab.region.ec2.world.instance(heir).privateIp).toBe(privateIp);
    expect(stateOf(lab, heir)).toBe('InService');
    expect(lab.region.route53.world.resolve(reverse, 'PTR')).toEqual([`${fqdn}.`]);

    lab.muster.reconciler.enable();
    await lab.clock.advance(30 * 60_000);
    expect(await lab.ledger.members('api')).toEqual([]);
    expect(lab.region.route53.world.resolve(reverse, 'PTR')).toEqual([`${fqdn}.`]);
  }));

// After the ledger was restored to an older state its launch was begun again, and got another number.
test('a name that a live member of the group bore before it had another one is given to who holds it by now', () =>
  withLab(inMemory, async (lab) => {
    lab.addGroup('web');
    const [first = '', second = ''] = await launch(lab, 2);
    const dns = lab.region.route53.world;
    const record = (type: 'A' | 'TXT') =>
      dns.resolve(lab.ledger.snapshot().web!.members.find((one) => one.instanceId === second)!.fqdn!, type);
    const fqdnOf3 = 'web-03.internal.example.com';
    dns.foreign(lab.zone.id, { name: fqdnOf3, type: 'A', values: record('A') });
    dns.foreign(lab.zone.id, { name: fqdnOf3, type: 'TXT', values: record('TXT') });
    const [third = ''] = await launch(lab);
    expect([first, second, third].map((id) => stateOf(lab, id))).toEqual(['InService', 'InService', 'InService']);
    expect(dns.resolve(fqdnOf3)).toEqual([lab.region.ec2.world.instance(third).privateIp]);
  }));
