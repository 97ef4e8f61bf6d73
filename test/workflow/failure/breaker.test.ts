import { allBuilds, buildsEndAs, minutes, nothing, told, traces } from '../../support/failures';
import { launch, settle, stateOf, withLab } from '../../support/run-lab';

const aboutBreaker = ({ subject }: { subject: string }) => /breaker/i.test(subject);

test('five bad deploys at once: the breaker opens, nothing is abandoned, one message about it', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web', { settings: { holdMinutes: 10 } });
    allBuilds(lab, 'deploy', 'FAILURE');
    const ids = await launch(lab, 5);
    await minutes(lab, 120);
    expect(ids.map((id) => stateOf(lab, id))).toEqual(ids.map(() => 'Pending:Wait'));
    expect(told(lab).filter(aboutBreaker)).toHaveLength(1);
    expect(told(lab)).toHaveLength(6);
    expect((await lab.ledger.breaker('web'))?.openedAt).toBeDefined();

    // The first success closes it, and what is over then ends.
    allBuilds(lab, 'deploy', 'SUCCESS');
    await lab.muster.operations.retry({ group: 'web', instance: 'web-01' });
    await settle(lab);
    expect((await lab.ledger.breaker('web'))?.openedAt).toBeUndefined();
    await minutes(lab, 30);
    await settle(lab);
    const members = await lab.ledger.members('web');
    expect(members.map(({ phase }) => phase)).toEqual(members.map(() => 'in-service'));
    expect(members.map(({ index }) => index)).toEqual([1, 2, 3, 4, 5]);
  }));

test('bad deploys one after the other, each replaced by the next: after three of them nothing more is abandoned', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web', { settings: { holdMinutes: 0 } });
    allBuilds(lab, 'deploy', 'FAILURE');
    await launch(lab);
    await minutes(lab, 240);
    const posts = lab.jenkins?.posts(lab.jobs.deploy).created;
    expect(posts).toBe(3);
    const [held] = await lab.ledger.members('web');
    expect(stateOf(lab, held!.instanceId)).toBe('Pending:Wait');
    expect(told(lab).filter(aboutBreaker)).toHaveLength(1);

    expect(await lab.muster.operations.resume({ group: 'web' })).toMatchObject({ action: 'closed' });
    await minutes(lab, 10);
    expect(await traces(lab, held!.instanceId)).toEqual(nothing);
  }));

test('a success between failures closes it', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web', { settings: { holdMinutes: 600 } });
    for (let round = 0; round < 3; round += 1) {
      buildsEndAs(lab, 'deploy', 'FAILURE');
      await launch(lab);
      await launch(lab);
    }
    expect(told(lab)).toHaveLength(3);
    expect(told(lab).filter(aboutBreaker)).toEqual([]);
  }));

test('one instance that fails again and again is one', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web');
    allBuilds(lab, 'deploy', 'FAILURE');
    await launch(lab);
    for (let round = 0; round < 4; round += 1) {
      await lab.muster.operations.retry({ group: 'web', instance: 'web-01' });
      await settle(lab);
    }
    expect(told(lab)).toHaveLength(5);
    expect(told(lab).filter(aboutBreaker)).toEqual([]);
  }));

test('with all status events lost it opens too', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web', { settings: { holdMinutes: 10 } });
    const statusEvents = 'Step Functions Execution Status Change';
    lab.region.bus.setDelivery({ byDetailType: { [statusEvents]: { loss: 1 } } });
    allBuilds(lab, 'deploy', 'FAILURE');
    const ids = await launch(lab, 5);
    await minutes(lab, 60);
    expect(ids.map((id) => stateOf(lab, id))).toEqual(ids.map(() => 'Pending:Wait'));
    expect(told(lab).filter(aboutBreaker)).toHaveLength(1);
    expect(told(lab)).toHaveLength(6);
  }));

test("another group's breaker is its own", () =>
  withLab({}, async (lab) => {
    lab.addGroup('web', { settings: { holdMinutes: 10 } });
    lab.addGroup('api', { settings: { holdMinutes: 10 } });
    buildsEndAs(lab, 'deploy', 'FAILURE', 'FAILURE', 'FAILURE', 'FAILURE');
    await launch(lab, 3, 'web');
    const [id] = await launch(lab, 1, 'api');
    await minutes(lab, 30);
    expect(stateOf(lab, id!)).toBeUndefined();
    expect(told(lab).filter(aboutBreaker)).toHaveLength(1);
  }));
