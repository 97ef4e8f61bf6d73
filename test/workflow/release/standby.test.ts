import { minutes } from '../../support/failures';
import { executions, launch, stateOf, withLab } from '../../support/run-lab';

test('an instance back from Standby is neither provisioned nor renamed', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web', { notifies: true });
    const [id] = await launch(lab, 2);
    const before = await lab.ledger.members('web');
    const { world } = lab.region.autoScaling;
    world.standby.enterStandby(world.group('web'), [id!], false);
    await minutes(lab, 30);
    expect(stateOf(lab, id!)).toBe('Standby');
    world.standby.exitStandby(world.group('web'), [id!]);
    await minutes(lab, 30);
    expect(stateOf(lab, id!)).toBe('InService');
    const after = await lab.ledger.members('web');
    for (const member of before) expect(after).toContainEqual(member);
    const launched = new Set(
      executions(lab).map(({ input = '{}' }) => (JSON.parse(input) as { instanceId: string }).instanceId),
    );
    expect(executions(lab)).toHaveLength(launched.size);
    expect(lab.jenkins?.posts(lab.jobs.provision).created).toBe(launched.size);
  }));
