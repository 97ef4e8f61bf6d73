import { hookMarginMs } from '../../../functions/fleet/domain/outcome';
import { allBuilds, buildsEndAs, minutes, nothing, told, traces } from '../../support/failures';
import { launch, lastState, onlyExecution, settle, stateOf, withLab } from '../../support/run-lab';

const web01 = { group: 'web', instance: 'web-01' };

test('a deploy that fails twice and is retried twice ends in service, with the same number, name and provision', () =>
  withLab({ reachedOver: 'http' }, async (lab) => {
    lab.addGroup('web');
    buildsEndAs(lab, 'deploy', 'FAILURE', 'FAILURE');
    const [id] = await launch(lab);
    const before = (await lab.ledger.member('web', id!))!;
    expect(stateOf(lab, id!)).toBe('Pending:Wait');
    expect(before.name).toBe('web-01');

    for (const redrive of [1, 2]) {
      await minutes(lab, 5);
      const { action, execution } = await lab.muster.operations.retry(web01);
      expect({ action, execution }).toEqual({ action: 'redriven', execution: onlyExecution(lab).executionArn });
      await settle(lab);
      expect(onlyExecution(lab).redriveCount).toBe(redrive);
    }

    const after = (await lab.ledger.member('web', id!))!;
    expect(stateOf(lab, id!)).toBe('InService');
    expect({ ...after, builds: { ...after.builds, deploy: undefined } }).toMatchObject({
      index: before.index,
      name: before.name,
      fqdn: before.fqdn,
      claimedAt: before.claimedAt,
      builds: { provision: before.builds.provision },
    });
    expect(lab.jenkins?.posts(lab.jobs.provision).created).toBe(1);
    expect(lab.jenkins?.builds(lab.jobs.deploy).map(({ result }) => result)).toEqual(['SUCCESS', 'FAILURE', 'FAILURE']);
    expect(await lab.ledger.findHold('web', id!)).toBeUndefined();
  }));

describe('the message about a failed launch', () => {
  test('comes once for each failure, and says what to know at 3 a.m.', () =>
    withLab({ reachedOver: 'http' }, async (lab) => {
      lab.addGroup('web');
      buildsEndAs(lab, 'deploy', 'FAILURE', 'FAILURE');
      lab.region.bus.setDelivery({ quality: { duplication: 1 } });
      const [id] = await launch(lab);
      await minutes(lab, 20);
      expect(told(lab)).toHaveLength(1);
      const [{ subject, text } = { subject: '', text: '' }] = told(lab);
      expect(subject).toBe('web-01 is on hold: Deploy failed (BuildFailed)');
      const { executionArn = '' } = onlyExecution(lab);
      const { endsAt = '' } = (await lab.ledger.findHold('web', id!))!;
      expect(endsAt).toMatch(/^2026-01-01T01:0/);
      for (const part of [
        id!,
        'smoke test: connection refused',
        `${lab.jenkinsUrl}/job/platform/job/deploy/1/`,
        `/states/home?region=${executionArn.split(':')[3]!}#/v2/executions/details/${executionArn}`,
        `aws stepfunctions redrive-execution --execution-arn '${executionArn}'`,
      ]) {
        expect(text).toContain(part);
      }

      await lab.muster.operations.retry(web01);
      await settle(lab);
      await minutes(lab, 20);
      expect(told(lab)).toHaveLength(2);
    }));

  test('says that the instance may serve while it is held, once it may be registered, and not before', () =>
    withLab({}, async (lab) => {
      const TargetGroupArn = lab.addGroup('web', { settings: { healthTimeoutMinutes: 2 } });
      buildsEndAs(lab, 'deploy', 'FAILURE');
      lab.jenkins?.on('build-finished', ({ parameters }) => {
        lab.region.ec2.world.setAppState(parameters.INSTANCE ?? '', { status: 500 });
      });
      const [id] = await launch(lab);
      expect(told(lab)[0]?.subject).toContain('Deploy failed');
      expect(told(lab)[0]?.text).not.toContain('Meanwhile:');

      await lab.muster.operations.retry(web01);
      await settle(lab);
      expect(told(lab)[1]?.subject).toBe('web-01 is on hold: Await healthy failed (TargetUnhealthy)');
      expect(told(lab)[1]?.text).toContain('It may serve traffic while it is held: it may be registered in web,');
      lab.region.ec2.world.setAppState(id!, 'healthy');
      await minutes(lab, 5);
      expect(stateOf(lab, id!)).toBe('Pending:Wait');
      const { TargetHealthDescriptions: seen } = await lab.region.elasticLoadBalancing.api.describeTargetHealth({
        TargetGroupArn,
        Targets: [{ Id: id! }],
      });
      expect(seen?.[0]?.TargetHealth?.State).toBe('healthy');
    }));

  test('does not come for a launch that was stopped because its instance is gone', () =>
    withLab({}, async (lab) => {
      lab.addGroup('web');
      const launching = launch(lab);
      await lab.clock.advance(75_000);
      const [id] = [...lab.region.autoScaling.world.group('web').instances.keys()];
      lab.region.autoScaling.world.terminateInstance(id!, { decrement: true });
      await launching;
      await minutes(lab, 20);
      expect(told(lab)).toEqual([]);
      expect(await traces(lab, id!)).toEqual(nothing);
    }));
});

describe('a redrive while the earlier build still runs', () => {
  test.each([
    [
      'after its time was over',
      { timeoutMinutes: 1 },
      (lab: Parameters<typeof settle>[0]) => expect(onlyExecution(lab).error).toBe('BuildTimedOut'),
    ],
    [
      'after the execution was stopped by hand',
      {},
      (lab: Parameters<typeof settle>[0]) => expect(onlyExecution(lab).status).toBe('ABORTED'),
    ],
  ])('adopts that build, %s', (_, limit, check) =>
    withLab({}, async (lab) => {
      const parameters = { INSTANCE: '{instanceId}' };
      lab.addGroup('web', { settings: { deploy: { job: lab.jobs.deploy, parameters, ...limit } } });
      lab.jenkins?.updateJob(lab.jobs.deploy, { behaviour: { durationMs: 400_000 } });
      const world = lab.region.autoScaling.world;
      world.setDesiredCapacity('web', 1);
      await minutes(lab, 5);
      const { executionArn } = onlyExecution(lab);
      if (!('timeoutMinutes' in limit)) lab.muster.engine.stopExecution({ executionArn });
      await minutes(lab, 1);
      check(lab);
      expect(lastState(lab, executionArn)).toBe('Deploy');
      expect(lab.jenkins?.builds(lab.jobs.deploy)).toMatchObject([{ building: true }]);

      expect(await lab.muster.operations.retry(web01)).toMatchObject({ action: 'redriven' });
      // A build that is adopted gets its whole time again.
      lab.settings.put('web', { ...(await lab.settings.read('web')), deploy: { job: lab.jobs.deploy, parameters } });
      await settle(lab);
      expect(onlyExecution(lab).status).toBe('SUCCEEDED');
      expect(lab.jenkins?.posts(lab.jobs.deploy).created).toBe(1);
      expect(lab.jenkins?.builds(lab.jobs.deploy)).toHaveLength(1);
    }),
  );
});

describe('what cannot be redriven is launched again, and keeps what it has', () => {
  test('number, name and the builds that have succeeded', () =>
    withLab({}, async (lab) => {
      lab.addGroup('web', { settings: { holdMinutes: 2880 } });
      buildsEndAs(lab, 'deploy', 'FAILURE');
      const [id] = await launch(lab);
      const { executionArn = '' } = onlyExecution(lab);
      const describe = lab.muster.engine.describeExecution.bind(lab.muster.engine);
      // Step Functions: 14 days after its end, or with a history of 25,000 events.
      lab.muster.engine.describeExecution = (input) => {
        const described = describe(input);
        const old = { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: 'too many events' } as const;
        return input.executionArn === executionArn ? { ...described, ...old } : described;
      };
      const retried = await lab.muster.operations.retry(web01);
      expect(retried).toMatchObject({ action: 'started', name: 'web-01' });
      expect(retried.execution).not.toBe(executionArn);
      await settle(lab);
      expect(stateOf(lab, id!)).toBe('InService');
      expect((await lab.ledger.member('web', id!))?.name).toBe('web-01');
      expect(lab.jenkins?.posts(lab.jobs.provision).created).toBe(1);
      expect(lab.jenkins?.posts(lab.jobs.deploy).created).toBe(2);
      expect(await lab.ledger.findHold('web', id!)).toBeUndefined();
    }));
});

describe('operations refuse, and say why', () => {
  test('for a name that no instance has, one that is in service, and one that is not on hold', () =>
    withLab({}, async (lab) => {
      lab.addGroup('web');
      const [id] = await launch(lab);
      const { retry, abandon, hold } = lab.muster.operations;
      const refusal = (work: Promise<unknown>) => expect(work).rejects.toMatchObject({ name: 'OperationRefused' });
      await expect(retry({ group: 'web', instance: 'web-09' })).rejects.toThrow(
        "group 'web' has no 'web-09': name one of web-01",
      );
      await refusal(retry(web01));
      await refusal(abandon(web01));
      await expect(abandon(web01)).rejects.toThrow(/terminate it in its group/);
      await refusal(hold({ ...web01, minutes: 30 }));
      await refusal(hold({ ...web01, minutes: 1.5 }));
      expect(stateOf(lab, id!)).toBe('InService');
    }));

  test('and what is asked twice is done once', () =>
    withLab({}, async (lab) => {
      lab.addGroup('web');
      buildsEndAs(lab, 'deploy', 'FAILURE');
      await launch(lab);
      const [first, second] = await Promise.all([
        lab.muster.operations.retry(web01),
        lab.muster.operations.retry(web01),
      ]);
      expect(first.execution).toBe(second.execution);
      expect(await lab.muster.operations.retry(web01)).toMatchObject({ action: 'none' });
      await settle(lab);
      expect(onlyExecution(lab)).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
      expect(lab.jenkins?.posts(lab.jobs.deploy).created).toBe(2);
    }));
});

describe('a hold', () => {
  test('can be made longer, and shorter', () =>
    withLab({}, async (lab) => {
      lab.addGroup('web');
      allBuilds(lab, 'deploy', 'FAILURE');
      const [id] = await launch(lab);
      await minutes(lab, 30);
      await lab.muster.operations.hold({ ...web01, minutes: 120 });
      await minutes(lab, 119);
      expect(stateOf(lab, id!)).toBe('Pending:Wait');
      await lab.muster.operations.hold({ ...web01, minutes: 5 });
      await minutes(lab, 20);
      expect(await traces(lab, id!)).toEqual(nothing);
    }));

  test('is never made longer than the hook: it ends early enough before that, and says so', () =>
    withLab({}, async (lab) => {
      lab.addGroup('web');
      allBuilds(lab, 'deploy', 'FAILURE');
      const [id] = await launch(lab);
      await minutes(lab, 30);
      const { hookEndsAt = '' } = (await lab.ledger.findHold('web', id!))!;
      const { endsAt, reason } = await lab.muster.operations.hold({ ...web01, minutes: 2880 });
      expect(Date.parse(hookEndsAt) - Date.parse(endsAt)).toBe(hookMarginMs);
      expect(reason).toContain(`the hook's own limit is ${hookEndsAt}`);
      expect((await lab.ledger.findHold('web', id!))?.endsAt).toBe(endsAt);
    }));

  test('of 0 minutes abandons at once', () =>
    withLab({}, async (lab) => {
      lab.addGroup('web', { settings: { holdMinutes: 0 } });
      buildsEndAs(lab, 'deploy', 'FAILURE');
      const [id] = await launch(lab);
      await minutes(lab, 10);
      expect(await traces(lab, id!)).toEqual(nothing);
      await settle(lab);
      const [heir] = await lab.ledger.members('web');
      expect(heir).toMatchObject({ name: 'web-01', phase: 'in-service' });
    }));
});
