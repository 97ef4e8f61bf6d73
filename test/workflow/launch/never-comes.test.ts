import type { LabGroup } from '../../../infra/lab/systems/fleet/lab';
import { minutes } from '../../support/failures';
import { lastState, launch, onlyExecution, settle, stateOf, withLab } from '../../support/run-lab';

// What a launch would wait for in vain, since nothing brings it, is a refusal with a name that says what to do.

const quick = { provision: undefined, deploy: undefined };

/**
 * A launch whose instance a person stops as soon as it runs, or something on it does (`shutdown -h`). Its group does not
 * replace it: *ReplaceUnhealthy* is suspended, or the health check leaves alone what waits in a hook.
 */
async function launchStopped(
  group: LabGroup,
  use: (lab: Parameters<Parameters<typeof withLab>[1]>[0], id: string) => Promise<void>,
): Promise<void> {
  await withLab(
    { reachedOver: 'memory', region: { timings: { autoScaling: { noticePendingMs: 'never' } } } },
    async (lab) => {
      lab.addGroup('web', group);
      const { world } = lab.region.ec2;
      let stopped = false;
      world.onTransition(({ id }, state) => {
        if (state !== 'running' || stopped) return;
        stopped = true;
        world.stop(id);
      });
      lab.region.autoScaling.world.setDesiredCapacity('web', 1);
      expect(await lab.clock.runUntil(() => stopped, 300_000)).toBe(true);
      await use(lab, [...lab.region.autoScaling.world.group('web').instances.keys()][0]!);
    },
  );
}

test.each<[string, LabGroup]>([
  ['alone', { settings: quick }],
  ['of a group without DNS', { settings: { ...quick, dns: undefined } }],
])('an instance that was stopped, %s: said within minutes, and the retry continues once it is started', (_, group) =>
  launchStopped(group, async (lab, id) => {
    const before = lab.clock.millis();
    await settle(lab);
    expect(lab.clock.millis() - before).toBeLessThan(6 * 60_000);
    const { status, error, cause } = onlyExecution(lab);
    expect([status, error]).toEqual(['FAILED', 'TargetUnusable']);
    expect(cause).toContain(`${id} is stopped`);
    expect(cause).toContain(`aws ec2 start-instances --instance-ids ${id}`);
    lab.region.ec2.world.start(id);
    await minutes(lab, 2);
    lab.region.ec2.world.setAppState(id, 'healthy');
    await lab.muster.operations.retry({ group: 'web', instance: id });
    await settle(lab);
    expect([onlyExecution(lab).status, stateOf(lab, id)]).toEqual(['SUCCEEDED', 'InService']);
  }),
);

test('one that is started again within a minute or two is waited for', () =>
  launchStopped({ settings: quick }, async (lab, id) => {
    const at = () => lastState(lab, onlyExecution(lab).executionArn);
    expect(await lab.clock.runUntil(() => at() === 'Register targets', 300_000)).toBe(true);
    await minutes(lab, 2);
    expect(onlyExecution(lab).status).toBe('RUNNING');
    lab.region.ec2.world.start(id);
    await minutes(lab, 1);
    lab.region.ec2.world.setAppState(id, 'healthy');
    await settle(lab);
    expect(stateOf(lab, id)).toBe('InService');
  }));

test('one that is stopped in a target group of addresses has its own time for health, and no more', () =>
  launchStopped({ targetType: 'ip', settings: { ...quick, healthTimeoutMinutes: 3 } }, async (lab) => {
    await settle(lab);
    expect(onlyExecution(lab)).toMatchObject({ status: 'FAILED', error: 'TargetUnhealthy' });
  }));

// Its interface was taken away, say. While it starts, and for some minutes after that, EC2 may only not show it yet.
test.each<[string, LabGroup, string]>([
  ['a name', { settings: quick }, 'AddressUnavailable'],
  ['a tag', { settings: { ...quick, dns: undefined, tags: { Address: '{address}' } } }, 'AddressUnavailable'],
  ['a target group', { targetType: 'ip', settings: { ...quick, dns: undefined } }, 'TargetGroupUnusable'],
])(
  'an instance that runs without a network interface: said within minutes where %s needs its address',
  (_, group, error) =>
    withLab({ reachedOver: 'memory' }, async (lab) => {
      lab.region.ec2.world.setInterfaces({ visibleAfterMs: 86_400_000 });
      lab.addGroup('web', group);
      const before = lab.clock.millis();
      await launch(lab);
      expect(onlyExecution(lab)).toMatchObject({
        status: 'FAILED',
        error,
        cause: expect.stringMatching(
          /5 min after it was first looked for, and it is running: see its network/,
        ) as string,
      });
      expect(lab.clock.millis() - before).toBeLessThan(6.5 * 60_000);
    }),
);

test('where nothing needs an address it goes into service without one', () =>
  withLab({ reachedOver: 'memory' }, async (lab) => {
    lab.region.ec2.world.setInterfaces({ visibleAfterMs: 86_400_000 });
    lab.addGroup('web', { settings: { ...quick, dns: undefined, targetGroups: [] } });
    const [id = ''] = await launch(lab);
    expect(stateOf(lab, id)).toBe('InService');
  }));
