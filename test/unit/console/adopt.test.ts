import { type AdoptResult, type AdoptionPlan, adopt } from '../../../functions/fleet/operations/adopt';
import { parseGroupSettings } from '../../../functions/fleet/contracts/settings';
import { indexIn } from '../../../functions/fleet/domain/identity';
import { launchTime } from '../../../functions/fleet/operations/adopt/observe';
import { worldOfLab } from '../../../infra/console/world-lab';
import type { Lab } from '../../../infra/lab/systems/fleet/lab';
import { intercept } from '../../../infra/lab/region/calls/intercept';
import { connectionLost } from '../../../infra/lab/region/calls/faults';
import { muster, type CommandOutput } from '../../support/console/run';
import { minutes, nothing, told, traces } from '../../support/failures';
import { launch, settle, stateOf, withLab } from '../../support/run-lab';

// A group that ran before Muster: its instances have no number, or the ledger has lost them.

const zone = 'internal.example.com';

/** That of a lab; what waits lets its time pass. */
const worldOf = (lab: Lab) => ({ ...worldOfLab(lab), pause: (millis: number) => lab.clock.advance(millis) });

interface Before {
  readonly lab: Lab;
  /** In the order of their launches. */
  readonly ids: string[];
  readonly world: ReturnType<typeof worldOf>;
  readonly say: (...args: string[]) => Promise<CommandOutput>;
}

/** Instances of a group that had no hooks when they were launched, a minute apart. */
async function onRunningGroup(use: (before: Before) => Promise<void>, count = 3, options = {}): Promise<void> {
  await withLab({ reachedOver: 'memory' }, async (lab) => {
    lab.addGroup('web', { launchHook: null, ...options });
    const ids: string[] = [];
    for (let at = 0; at < count; at += 1) ids.push(...(await launch(lab)));
    await minutes(lab, 2);
    const hook = { name: 'muster-launch', defaultResult: 'ABANDON', heartbeatTimeout: 3600 } as const;
    lab.region.autoScaling.world.putHook('web', 'autoscaling:EC2_INSTANCE_LAUNCHING', hook);
    const world = worldOf(lab);
    await use({ lab, ids, world, say: (...args) => muster(args, { world }) });
  });
}

const planOf = async (say: Before['say']) => JSON.parse((await say('adopt', 'web', '--json')).out) as AdoptionPlan;
const numbers = ({ adopt: all }: AdoptionPlan) =>
  all.map(({ index, instanceId, source }) => [index, instanceId, source]);
const tagsOf = (lab: Lab, id: string) => Object.fromEntries(lab.region.ec2.world.instance(id).tags.actual());
const write = (lab: Lab, id: string, tags: Record<string, string>) => lab.region.ec2.world.writeTags(id, tags);

test('a plan first, which changes nothing; then it is done; then there is nothing to do', () =>
  onRunningGroup(async ({ lab, ids, say }) => {
    const before = lab.ledger.snapshot();
    const planned = await say('adopt', 'web');
    expect(planned).toMatchObject({ code: 0, err: '' });
    expect(planned.out).toMatch(/^web {2}3 to adopt; 0 members already\n/);
    expect(planned.out).toContain(`web-01  ${ids[0]}  the lowest free number, in the order of launches`);
    expect(planned.out).toContain(`DNS web-01.${zone}: web-01.${zone} is free`);
    expect(planned.out).toMatch(/To apply: .*muster adopt web --apply/);
    expect(lab.ledger.snapshot()).toEqual(before);

    const asked = await say('adopt', 'web', '--apply');
    expect(asked).toMatchObject({ code: 2, err: expect.stringContaining('use --yes') as string });
    expect(lab.ledger.snapshot()).toEqual(before);

    const done = await say('adopt', 'web', '--apply', '--yes');
    expect(done).toMatchObject({ code: 0, err: ids.map((id, at) => `web-0${at + 1} is ${id}\n`).join('') });
    const members = await lab.ledger.members('web');
    expect(members.map(({ instanceId, name, phase }) => [instanceId, name, phase])).toEqual(
      ids.map((id, at) => [id, `web-0${at + 1}`, 'in-service']),
    );
    const { targetGroups } = await lab.settings.read('web');
    for (const { instanceId, fqdn = '', addresses, targetGroups: on } of members) {
      expect(tagsOf(lab, instanceId)).toMatchObject({ Name: fqdn.split('.')[0], Role: 'web' });
      expect(lab.region.route53.world.resolve(fqdn, 'A')).toEqual(addresses);
      expect(on).toEqual(targetGroups);
    }
    await minutes(lab, 2);
    expect(await planOf(say)).toMatchObject({ adopt: [], refused: [], passing: [], members: 3 });
    expect(await say('adopt', 'web')).toMatchObject({ code: 0, out: 'web  nothing to adopt; 3 members already\n' });
    expect((await say('ls')).out).toMatch(/web {2}3 in service of 3 wanted/);
    expect((await say('show', 'web-02')).out).toContain('number 2 (web-02) claimed');
  }));

test('they live on as members: the next launch gets the next number, and one that leaves gives everything back', () =>
  onRunningGroup(async ({ lab, ids, say }) => {
    await say('adopt', 'web', '--apply', '--yes');
    const [next] = await launch(lab);
    expect(await lab.ledger.member('web', next!)).toMatchObject({ name: 'web-04' });
    lab.region.autoScaling.world.terminateInstance(ids[1]!, { decrement: true });
    await minutes(lab, 15);
    await settle(lab);
    expect(await traces(lab, ids[1]!)).toEqual(nothing);
    expect(lab.region.route53.world.resolve(`web-02.${zone}`, 'A')).toEqual([]);
    expect(await lab.ledger.heldIndexes('web')).toEqual([1, 3, 4]);
    expect(told(lab)).toEqual([]);
  }));

test('what an instance bears it keeps: its tag before its Name, and a Name only if the pattern gives it', () =>
  onRunningGroup(async ({ lab, ids, say }) => {
    write(lab, ids[0]!, { Name: 'web-02' });
    write(lab, ids[1]!, { 'muster:index': '7', Name: 'web-05' });
    write(lab, ids[2]!, { Name: 'web-2' });
    write(lab, ids[3]!, { Name: 'web-02' });
    await minutes(lab, 1);
    const plan = await planOf(say);
    expect(numbers(plan)).toEqual([
      [1, ids[2], 'order'],
      [2, ids[0], 'name'],
      [3, ids[3], 'order'],
      [7, ids[1], 'tag'],
    ]);
    expect(plan.adopt[2]?.why).toContain(`web-02, as it is called, is the number of ${ids[0]}`);
    expect(plan.adopt[3]?.tags).toContainEqual({ key: 'Name', value: 'web-07', now: 'web-05' });
  }, 4));

test('two that bear one number, or another deployment’s, are refused; the others are adopted', () =>
  onRunningGroup(async ({ lab, ids, say }) => {
    write(lab, ids[0]!, { 'muster:index': '4' });
    write(lab, ids[1]!, { 'muster:index': '4' });
    write(lab, ids[2]!, { 'muster:deployment': 'aws:210987654321:eu-west-1:muster' });
    await minutes(lab, 1);
    const said = await say('adopt', 'web');
    expect(said.code).toBe(1);
    expect(said.out).toContain(`refused  ${ids[1]}\n  its tag muster:index says number 4, which is ${ids[0]}'s`);
    expect(said.out).toMatch(/it is marked as an instance of muster in eu-west-1 of account\s+210987654321/);
    const done = await say('adopt', 'web', '--apply', '--yes', '--json');
    expect(done.code).toBe(1);
    expect((JSON.parse(done.out) as AdoptResult).adopted.map(({ instanceId }) => instanceId)).toEqual([ids[3], ids[0]]);
    expect((await lab.ledger.members('web')).map(({ instanceId }) => instanceId)).toEqual([ids[3], ids[0]]);
  }, 4));

test('a name in DNS that is not ours is refused, no other instance gets its number, and it is taken once it is free', () =>
  onRunningGroup(async ({ lab, ids, say }) => {
    lab.region.route53.world.foreign(lab.zone.id, { name: `web-02.${zone}`, type: 'A', values: ['192.0.2.7'] });
    const said = await say('adopt', 'web', '--apply', '--yes');
    expect(said.code).toBe(1);
    expect(said.out).toMatch(
      /it would be web-02, but web-02\.\S+ has\s+records\s+that\s+are\s+not\s+ours:\s+A\s+192\.0\.2\.7/,
    );
    expect((await lab.ledger.members('web')).map(({ name }) => name)).toEqual(['web-01', 'web-03']);
    expect(lab.region.route53.world.resolve(`web-02.${zone}`, 'A')).toEqual(['192.0.2.7']);
    expect(tagsOf(lab, ids[1]!).Name).toBeUndefined();
    lab.region.route53.world.removeForeign(lab.zone.id, `web-02.${zone}`, 'A');
    expect(await say('adopt', 'web', '--apply', '--yes')).toMatchObject({ code: 0 });
    expect(await lab.ledger.member('web', ids[1]!)).toMatchObject({ name: 'web-02' });
  }));

test('those on their way in or out are left alone', () =>
  onRunningGroup(async ({ lab, ids, say }) => {
    lab.region.autoScaling.world.setDesiredCapacity('web', 2);
    lab.region.autoScaling.world.terminateInstance(ids[1]!, { decrement: true });
    await lab.clock.advance(3_000);
    const { passing, adopt: all } = await planOf(say);
    expect(all.map(({ instanceId }) => instanceId)).not.toContain(ids[1]);
    expect(passing.map(({ why }) => why).join()).toMatch(/it is leaving \(Terminating/);
    expect(stateOf(lab, ids[1]!)).toMatch(/^Terminating/);
  }));

test.each([
  ['its tag', { 'muster:index': '1', Name: 'web-01' }, [2, 3]],
  ['its tag, of a number that another one is called by', { 'muster:index': '2' }, [1, 3]],
  ['the tag of another deployment', { 'muster:index': '1', 'muster:deployment': 'aws:2:eu-west-1:x' }, [1, 2]],
])('what one on its way in bears by %s is given to no other instance', (_, tags, expected) =>
  onRunningGroup(async ({ lab, ids, say }) => {
    write(lab, ids[1]!, { Name: 'web-02' });
    lab.muster.reconciler.disable();
    lab.region.bus.setDelivery({ quality: { loss: 1 } });
    lab.region.autoScaling.world.setDesiredCapacity('web', 3);
    await minutes(lab, 2);
    const comer = [...lab.region.autoScaling.world.group('web').instances.keys()].find((id) => !ids.includes(id))!;
    expect(stateOf(lab, comer)).toBe('Pending:Wait');
    write(lab, comer, tags);
    await minutes(lab, 1);
    expect((await planOf(say)).adopt.map(({ index }) => index)).toEqual(expected);
  }, 2),
);

test('a group that is not managed, and one that Auto Scaling does not have', () =>
  onRunningGroup(async ({ lab, say }) => {
    expect(await say('adopt', 'nope')).toMatchObject({
      code: 1,
      err: "group 'nope' is not managed: managed are web\n",
    });
    lab.settings.put('gone', { group: 'gone' });
    expect((await say('adopt', 'gone')).err).toBe("Auto Scaling has no group 'gone' in this region\n");
  }, 1));

// RUNBOOK.md, "Ledger lost or restored".
test.each([
  ['with DNS', {}],
  ['without DNS', { settings: { dns: undefined } }],
])('after a lost ledger a group %s is whole again, each under its own number', (_, options) =>
  withLab({ reachedOver: 'memory' }, async (lab) => {
    lab.addGroup('web', { ...options, deregistrationDelaySeconds: 30 });
    await launch(lab, 2);
    const backup = lab.ledger.backup();
    await launch(lab, 2);
    const before = await lab.ledger.members('web');
    lab.region.autoScaling.world.terminateInstance(before[0]!.instanceId, { decrement: true });
    await minutes(lab, 8);
    await settle(lab);
    lab.ledger.restore(backup);
    // The one that is gone is released by the reconciler; its number is not given to another until then.
    await minutes(lab, 15);
    await settle(lab);
    const say = (...args: string[]) => muster(args, { world: worldOf(lab) });
    expect((await say('doctor')).out).toContain('muster adopt web');
    expect(await say('adopt', 'web', '--apply', '--yes')).toMatchObject({ code: 0 });
    const held = (all: readonly { instanceId: string; name: string }[]) => all.map((one) => [one.name, one.instanceId]);
    expect(held(await lab.ledger.members('web'))).toEqual(held(before.slice(1)));
    expect((await planOf(say)).adopt).toEqual([]);
    // What it went through before is not forgotten with the ledger.
    expect((await say('show', 'web-03')).out).toMatch(/step: Provision[^]*step: Put in service/);
    const [next] = await launch(lab);
    expect(await lab.ledger.member('web', next!)).toMatchObject({ name: 'web-01' });
    expect(told(lab)).toEqual([]);
  }),
);

test('an instance whose tags are lost too is known by its name in DNS', () =>
  withLab({ reachedOver: 'memory' }, async (lab) => {
    lab.addGroup('web');
    await launch(lab, 3);
    const [first, second, third] = await lab.ledger.members('web');
    lab.ledger.restore();
    for (const one of [first, second, third]) write(lab, one!.instanceId, { 'muster:index': '', Name: '' });
    await minutes(lab, 1);
    const plan = await planOf((...args) => muster(args, { world: worldOf(lab) }));
    expect(numbers(plan)).toEqual([first, second, third].map((one) => [one!.index, one!.instanceId, 'dns']));
  }));

test('a number that a launch takes while it runs is not given twice', () =>
  onRunningGroup(async ({ lab, ids, world }) => {
    let stolen = false;
    const ledger = intercept(world.ledger, async ({ operation }, proceed) => {
      if (operation === 'claim' && !stolen) {
        stolen = true;
        const thief = { group: 'web', instanceId: 'i-0fffffffffffffff0', index: 1, name: 'web-01', execution: 'x' };
        await lab.ledger.claim({ ...thief, at: lab.clock.now().toISOString() });
      }
      return proceed();
    });
    expect((await adopt({ ...world, ledger }, 'web')).adopted.map(({ index }) => index)).toEqual([2, 3, 4]);
    expect((await lab.ledger.slots('web')).map(({ instanceId }) => instanceId).slice(1)).toEqual(ids);
  }));

describe('killed', () => {
  const ports = ['settings', 'ledger', 'autoScaling', 'ec2', 'route53', 'elasticLoadBalancing'] as const;
  /** The world, each call of which passes through `interceptor`. */
  const watched = (
    world: Before['world'],
    interceptor: (call: string, proceed: () => Promise<unknown>) => Promise<unknown>,
  ): Before['world'] => ({
    ...world,
    ...Object.fromEntries(
      ports.map((name) => [
        name,
        intercept(world[name], ({ operation }, proceed) => interceptor(`${name}.${operation}`, proceed)),
      ]),
    ),
  });

  const endState = async ({ lab, ids, say }: Before) => ({
    members: (await lab.ledger.members('web')).map(
      ({ name, instanceId, phase, addresses, dnsNames, targetGroups }) => ({
        name,
        instanceId,
        phase,
        addresses,
        dnsNames,
        targetGroups,
      }),
    ),
    history: (await lab.ledger.history('web')).map(({ event, name }) => [event, name]).sort(),
    tags: ids.map((id) => tagsOf(lab, id)),
    dns: lab.region.route53.world.zone(lab.zone.id).records.from(undefined, undefined, 100),
    plan: (await planOf(say)).adopt,
  });

  const prepare = ({ lab, ids }: Before) => {
    write(lab, ids[1]!, { Name: 'web-01' });
    return minutes(lab, 1);
  };

  test.each([
    ['after its effect', true],
    ['before it', false],
  ])('at any call %s and run again, it ends the same', async (_, effect) => {
    let undisturbed: unknown;
    const calls: string[] = [];
    await onRunningGroup(async (before) => {
      await prepare(before);
      await adopt(
        watched(before.world, (call, proceed) => {
          calls.push(call);
          return proceed();
        }),
        'web',
      );
      await minutes(before.lab, 1);
      undisturbed = await endState(before);
    }, 2);
    expect(undisturbed).toMatchObject({ plan: [], members: [{ name: 'web-01' }, { name: 'web-02' }] });
    expect(calls.length).toBeGreaterThan(15);
    for (let fatal = 0; fatal < calls.length; fatal += 1) {
      await onRunningGroup(async (before) => {
        await prepare(before);
        let count = 0;
        const dying = watched(before.world, async (_call, proceed) => {
          const strikes = count >= fatal;
          count += 1;
          if (!strikes) return proceed();
          if (effect && count === fatal + 1) await proceed();
          throw connectionLost();
        });
        await adopt(dying, 'web').catch(() => undefined);
        expect(count).toBeGreaterThan(fatal);
        await minutes(before.lab, 1);
        await adopt(before.world, 'web');
        await minutes(before.lab, 1);
        expect([calls[fatal], await endState(before)]).toEqual([calls[fatal], undisturbed]);
      }, 2);
    }
  });
});

test('the order of launches is not that of restarts: the primary interface stays attached', () => {
  const [launched, restarted] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-02-01T00:00:00Z')];
  const attached = (DeviceIndex: number, AttachTime: Date) => ({ Attachment: { DeviceIndex, AttachTime } });
  const instance = (...NetworkInterfaces: object[]) => launchTime({ LaunchTime: restarted, NetworkInterfaces });
  expect(instance(attached(1, new Date(0)), attached(0, launched))).toBe(launched.getTime());
  expect(instance()).toBe(restarted.getTime());
  // Of another network card: attached later, or earlier, and not the primary one.
  const onCard = { Attachment: { DeviceIndex: 0, NetworkCardIndex: 1, AttachTime: new Date(0) } };
  expect(instance(onCard, attached(0, launched))).toBe(launched.getTime());
});

test.each([
  ['{group}-{index:02}', 'web-03', 3],
  ['{group}-{index:02}', 'web-3', undefined],
  ['{group}-{index:02}', 'web-003', undefined],
  ['{group}-{index:02}', 'web-9999', 9999],
  ['{group}-{index:02}', 'web-10000', undefined],
  ['{group}-{index:02}', 'api-03', undefined],
  ['a{index}b', 'a0b', 0],
  ['a{index}b', 'ab', undefined],
])('of the pattern %s the name %s has the number %s', (pattern, name, index) => {
  expect(indexIn(parseGroupSettings({ group: 'web', names: { pattern } }, 'a test'), name)).toBe(index);
});
