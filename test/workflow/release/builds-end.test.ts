import type { BuildBehaviour } from '../../../infra/lab/jenkins';
import type { Lab, LabOptions } from '../../../infra/lab/systems/fleet/lab';
import type { StepInterceptor } from '../../../infra/lab/systems/fleet/deploy-muster';
import { minutes, nothing, told, traces } from '../../support/failures';
import { launch, settle, withLab } from '../../support/run-lab';

// What Jenkins still does for a launch that is over is ended before its number is free.

const deployOf = (lab: Lab, changes: object = {}) => ({
  job: lab.jobs.deploy,
  parameters: { NAME: '{name}', INSTANCE: '{instanceId}', ADDRESS: '{address}' },
  ...changes,
});
const builds = (lab: Lab, job = lab.jobs.deploy) =>
  (lab.jenkins?.builds(job) ?? []).map(({ parameters, building, result }) => ({
    for: parameters.INSTANCE,
    state: building ? 'runs' : result,
  }));
const lasts = (lab: Lab, behaviour: object) => lab.jenkins?.updateJob(lab.jobs.deploy, { behaviour });
const freed = async (lab: Lab) =>
  (await lab.ledger.history('web')).filter(({ event }) => event === 'freed').map(({ reason }) => reason);

/** One instance whose deploy has run for some seconds. */
async function inDeploy(
  lab: Lab,
  options: { changes?: object; settings?: object; behaviour?: BuildBehaviour } = {},
): Promise<string> {
  const { changes, settings, behaviour = { durationMs: 3_000_000 } } = options;
  lab.addGroup('web', { settings: { deploy: deployOf(lab, changes), ...settings } });
  lasts(lab, behaviour);
  lab.region.autoScaling.world.setDesiredCapacity('web', 1);
  const isRunning = () => builds(lab).some(({ state }) => state === 'runs');
  expect(await lab.clock.runUntil(isRunning, 600_000)).toBe(true);
  await lab.clock.advance(10_000);
  const [id] = [...lab.region.autoScaling.world.group('web').instances.keys()];
  return id!;
}

/** How many requests to these paths Jenkins has had since. */
function countCalls(lab: Lab, path: RegExp): () => number {
  let count = 0;
  const { jenkins } = lab;
  const handle = jenkins!.handle.bind(jenkins);
  jenkins!.handle = (request) => {
    if (path.test(request.path)) count += 1;
    return handle(request);
  };
  return () => count;
}

const terminate = (lab: Lab, id: string) => lab.region.autoScaling.world.terminateInstance(id, { decrement: true });

/** What was counted as left, and where it can be read. */
const countsLeft = () => {
  const left: string[] = [];
  const metrics: LabOptions['metrics'] = {
    count: (name, value, dimensions) => {
      if (name === 'BuildsLeft') left.push(`${value} of ${Object.values(dimensions).join()}`);
    },
    duration: () => undefined,
  };
  return { left, metrics };
};

const play = (name: string, played: (lab: Lab) => Promise<void>, options: Omit<LabOptions, 'clock' | 'seed'> = {}) =>
  test(name, () => withLab(options, played));

const idle: StepInterceptor = (step, run) => async (payload) =>
  step === 'EndBuilds' ? { action: 'passed', reason: 'this test has taken it out' } : run(payload);

/** In service, and the ledger says that its deploy is still open: a second one, which was never taken note of. */
async function leavingWithOpenBuild(lab: Lab): Promise<string> {
  lab.addGroup('web', { settings: { deploy: deployOf(lab) } });
  const [id] = await launch(lab);
  await minutes(lab, 2);
  const member = (await lab.ledger.member('web', id!))!;
  lasts(lab, { durationMs: 3_000_000 });
  const record = member.builds.deploy!;
  const correlation = `${record.correlation}-again`;
  const body = new URLSearchParams({ INSTANCE: id!, MUSTER_BUILD: correlation }).toString();
  const path = '/job/platform/job/deploy/buildWithParameters';
  const headers = {
    Authorization: `Basic ${Buffer.from('muster:lab-token').toString('base64')}`,
    'Content-Type': 'application/x-www-form-urlencoded',
  };
  lab.jenkins!.handle({ method: 'POST', path, query: 'delay=0sec', headers, body });
  await lab.clock.advance(5_000);
  const { attempt, execution, redrive, startedAt, trace } = record;
  const { requestedAt, postedAt, firstPossibleNumber } = trace!;
  await lab.ledger.saveBuild(member, 'deploy', {
    ...{ attempt, execution, redrive, startedAt, correlation, revision: record.revision + 1 },
    trace: { phase: 'posting', requestedAt, postedAt, firstPossibleNumber },
  });
  return id!;
}

describe('a build that was queued when the hold was over', () => {
  const heldTooLong = async (lab: Lab) => {
    lab.addGroup('web', { settings: { holdMinutes: 10, deploy: deployOf(lab, { queueTimeoutMinutes: 5 }) } });
    lab.jenkins?.on('build-finished', ({ job }) => {
      if (job === lab.jobs.provision) lab.jenkins?.setExecutors(0);
    });
    const [id] = await launch(lab);
    expect((await lab.ledger.findHold('web', id!))?.error).toBe('BuildTimedOut');
    expect(told(lab)[0]?.text).toContain('allowed are 5 min in the queue (queueTimeoutMinutes)');
    await minutes(lab, 20);
    lab.jenkins?.setExecutors(20);
    await settle(lab);
    await minutes(lab, 10);
    expect(await traces(lab, id!)).toEqual(nothing);
    expect(await lab.ledger.members('web')).toMatchObject([{ name: 'web-01' }]);
    return builds(lab).filter(({ for: instance }) => instance === id);
  };

  play('never runs beside the next holder', async (lab) => {
    expect(await heldTooLong(lab)).toEqual([]);
  });
  play(
    'would run without the step',
    async (lab) => {
      expect(await heldTooLong(lab)).toHaveLength(1);
    },
    { interceptStep: idle },
  );
});

describe('a deploy that runs', () => {
  const quiet = countsLeft();
  play(
    'is stopped at scale-in, before the number is free, and asked once',
    async (lab) => {
      const id = await inDeploy(lab, {
        behaviour: { durationMs: 3_000_000, onStop: { afterMs: 60_000, result: 'ABORTED' } },
      });
      const heldAtEnd: number[][] = [];
      lab.jenkins?.on('build-finished', () => void lab.ledger.heldIndexes('web').then((held) => heldAtEnd.push(held)));
      const stops = countCalls(lab, /\/stop$/);
      terminate(lab, id);
      await settle(lab);
      await minutes(lab, 5);
      expect(builds(lab)).toEqual([{ for: id, state: 'ABORTED' }]);
      expect(heldAtEnd).toEqual([[1]]);
      expect(stops()).toBe(1);
      expect(await traces(lab, id)).toEqual(nothing);
      expect(await freed(lab)).toEqual(['scale-in']);
      expect(quiet.left).toEqual([]);
    },
    { metrics: quiet.metrics },
  );

  play('is stopped when its instance is gone and nothing was told', async (lab) => {
    const id = await inDeploy(lab);
    lab.region.bus.setDelivery({ quality: { loss: 1 } });
    lab.region.autoScaling.world.interruptSpot(id);
    lab.region.autoScaling.world.setDesiredCapacity('web', 0);
    await minutes(lab, 30);
    expect(builds(lab)).toEqual([{ for: id, state: 'ABORTED' }]);
    expect(await traces(lab, id)).toEqual(nothing);
  });

  play('is stopped when its time was over, and an operator abandons it', async (lab) => {
    const id = await inDeploy(lab, { changes: { timeoutMinutes: 2 } });
    await minutes(lab, 3);
    expect((await lab.ledger.findHold('web', id))?.reason).toContain('allowed are 2 min of running (timeoutMinutes)');
    expect(builds(lab)).toEqual([{ for: id, state: 'runs' }]);
    lasts(lab, {});
    await lab.muster.operations.abandon({ group: 'web', instance: 'web-01' });
    await settle(lab);
    await minutes(lab, 10);
    expect(builds(lab).find((build) => build.for === id)).toEqual({ for: id, state: 'ABORTED' });
    expect(await traces(lab, id)).toEqual(nothing);
  });

  const { left, metrics } = countsLeft();
  const isLeft = 'is left when it does not end, and that is said; the number is free in bounded time';
  const leave = async (lab: Lab) => {
    const id = await inDeploy(lab, { behaviour: { durationMs: Infinity, onStop: { afterMs: 20_000_000 } } });
    terminate(lab, id);
    await minutes(lab, 12);
    expect(builds(lab)).toEqual([{ for: id, state: 'runs' }]);
    expect(await traces(lab, id)).toEqual(nothing);
    expect((await freed(lab))[0]).toMatch(/^scale-in; the build of deploy: #1 has run for .*may still run/);
    expect(left).toEqual(['1 of web']);
  };
  play(isLeft, leave, { metrics });

  play('is not stopped where the settings forbid it, and its end is awaited', async (lab) => {
    const id = await inDeploy(lab, { changes: { interruptible: false }, behaviour: { durationMs: 900_000 } });
    terminate(lab, id);
    await minutes(lab, 10);
    expect(await lab.ledger.heldIndexes('web')).toEqual([1]);
    await minutes(lab, 10);
    expect(builds(lab)).toEqual([{ for: id, state: 'SUCCESS' }]);
    expect(await traces(lab, id)).toEqual(nothing);
    expect(await freed(lab)).toEqual(['scale-in']);
  });

  play('is awaited no longer than it may run, where the settings forbid to stop it', async (lab) => {
    const id = await inDeploy(lab, { changes: { interruptible: false, timeoutMinutes: 20 } });
    terminate(lab, id);
    await minutes(lab, 30);
    expect(builds(lab)).toEqual([{ for: id, state: 'runs' }]);
    expect(await traces(lab, id)).toEqual(nothing);
    expect((await freed(lab))[0]).toMatch(/it is not interruptible; waited for 20 min: it may still run/);
  });

  test.each([
    ['Jenkins is down', (lab: Lab) => lab.jenkins?.outage({ kind: 'refused' }), /ECONNREFUSED/],
    [
      'the permission to stop it is missing',
      (lab: Lab) => lab.jenkins?.access.deny('hudson.model.Item.Cancel'),
      /hudson\.model\.Item\.Cancel/,
    ],
  ])('does not hold the number for ever when %s', (_, trouble, said) => {
    const { left, metrics } = countsLeft();
    return withLab({ metrics }, async (lab) => {
      const id = await inDeploy(lab);
      trouble(lab);
      terminate(lab, id);
      await minutes(lab, 14);
      expect(await lab.ledger.member('web', id)).toBeUndefined();
      expect((await freed(lab))[0]).toMatch(said);
      expect(left).toEqual(['1 of web']);
    });
  });

  play('does not hold the number for ever when the settings are made unusable', async (lab) => {
    const id = await inDeploy(lab, { behaviour: { durationMs: Infinity, onStop: { afterMs: Infinity } } });
    terminate(lab, id);
    await lab.clock.advance(90_000);
    lab.settings.put('web', { group: 'web', holdMinutes: 'long' });
    await minutes(lab, 10);
    expect(await traces(lab, id)).toEqual(nothing);
    expect((await freed(lab))[0]).toMatch(/holdMinutes.*may still run/s);
  });

  play('is stopped by the job that it began as, even if the settings name another now', async (lab) => {
    const id = await inDeploy(lab);
    lab.settings.put('web', { ...(await lab.settings.read('web')), deploy: undefined });
    terminate(lab, id);
    await settle(lab);
    await minutes(lab, 5);
    expect(builds(lab)).toEqual([{ for: id, state: 'ABORTED' }]);
  });

  play(
    'is not said to have ended where the settings name another Jenkins by now, which has none of it',
    async (lab) => {
      const id = await inDeploy(lab);
      const settings = await lab.settings.read('web');
      lab.settings.put('web', { ...settings, jenkins: { ...settings.jenkins!, url: 'https://moved.example.com' } });
      lab.jenkins?.crash({ downForMs: 1_000, losesBuilds: 'all', losesQueue: true });
      terminate(lab, id);
      await settle(lab);
      await minutes(lab, 5);
      expect(await traces(lab, id)).toEqual(nothing);
      const [why] = await freed(lab);
      expect(why).toContain(`it was begun at ${lab.jenkinsUrl}`);
      expect(why).toContain('it may still run');
    },
  );

  play('is stopped after a restart of Jenkins', async (lab) => {
    const id = await inDeploy(lab);
    lab.jenkins?.restart({ downForMs: 120_000 });
    terminate(lab, id);
    await settle(lab);
    await minutes(lab, 8);
    expect(builds(lab)).toEqual([{ for: id, state: 'ABORTED' }]);
    expect(await traces(lab, id)).toEqual(nothing);
  });
});

play('a build is found and stopped whose request was never answered', async (lab) => {
  lab.addGroup('web', { settings: { deploy: deployOf(lab) } });
  lasts(lab, { durationMs: 3_000_000 });
  lab.jenkins?.faults.loseNextResponse({ method: 'POST', path: /deploy\/buildWithParameters/ });
  lab.region.autoScaling.world.setDesiredCapacity('web', 1);
  const isPosted = () => (lab.jenkins?.posts(lab.jobs.deploy).created ?? 0) === 1;
  expect(await lab.clock.runUntil(isPosted, 600_000)).toBe(true);
  const [id] = [...lab.region.autoScaling.world.group('web').instances.keys()];
  expect((await lab.ledger.member('web', id!))?.builds.deploy?.trace?.phase).toBe('posting');
  terminate(lab, id!);
  await settle(lab);
  await minutes(lab, 8);
  expect(builds(lab)).toEqual([{ for: id, state: 'ABORTED' }]);
  expect(await traces(lab, id!)).toEqual(nothing);
});

play('a release without an open build asks Jenkins nothing', async (lab) => {
  lab.addGroup('web');
  const [id] = await launch(lab);
  const calls = countCalls(lab, /./);
  terminate(lab, id!);
  await minutes(lab, 10);
  expect(await traces(lab, id!)).toEqual(nothing);
  expect(calls()).toBe(0);
});

describe('an instance that enters a warm pool', () => {
  const enterPool = async (lab: Lab) => {
    lab.addGroup('web', {
      settings: { provision: { job: lab.jobs.provision, parameters: { INSTANCE: '{instanceId}' } } },
    });
    lab.jenkins?.updateJob(lab.jobs.provision, { behaviour: { durationMs: 3_000_000 } });
    lab.region.autoScaling.world.putWarmPool('web', { minSize: 1, maxGroupPreparedCapacity: 1 });
    const isRunning = () => builds(lab, lab.jobs.provision).length > 0;
    expect(await lab.clock.runUntil(isRunning, 600_000)).toBe(true);
    await lab.clock.advance(10_000);
    const [reserve] = (await lab.ledger.records('web')).reserves;
    return reserve!.instanceId;
  };

  play('and leaves it at once has its provisioning stopped', async (lab) => {
    const id = await enterPool(lab);
    lab.region.autoScaling.world.deleteWarmPool('web');
    await minutes(lab, 10);
    expect(builds(lab, lab.jobs.provision)).toEqual([{ for: id, state: 'ABORTED' }]);
    expect(await traces(lab, id)).toEqual(nothing);
  });

  play('and is gone without a word has its provisioning stopped', async (lab) => {
    const id = await enterPool(lab);
    lab.region.bus.setDelivery({ quality: { loss: 1 } });
    lab.region.autoScaling.world.deleteWarmPool('web');
    await minutes(lab, 90);
    expect(builds(lab, lab.jobs.provision)).toEqual([{ for: id, state: 'ABORTED' }]);
    expect(await traces(lab, id)).toEqual(nothing);
  });
});

play('an open build is ended before its instance goes to the warm pool', async (lab) => {
  const id = await leavingWithOpenBuild(lab);
  lab.region.autoScaling.world.putWarmPool('web', { minSize: 0, maxGroupPreparedCapacity: 1, reuseOnScaleIn: true });
  lab.region.autoScaling.world.setDesiredCapacity('web', 0);
  await minutes(lab, 15);
  const its = builds(lab).filter(({ for: instance }) => instance === id);
  expect(its.map(({ state }) => state)).toEqual(['ABORTED', 'SUCCESS']);
  expect(await lab.ledger.members('web')).toEqual([]);
});

play('an open build of before is ended, and not followed, when the root volume is replaced', async (lab) => {
  const id = await leavingWithOpenBuild(lab);
  lasts(lab, { durationMs: 30_000 });
  lab.region.autoScaling.world.replaceRootVolume(id);
  await minutes(lab, 15);
  await settle(lab);
  expect(
    builds(lab)
      .map(({ state }) => state)
      .sort(),
  ).toEqual(['ABORTED', 'SUCCESS', 'SUCCESS']);
  expect(await lab.ledger.members('web')).toMatchObject([{ instanceId: id, phase: 'in-service' }]);
});
