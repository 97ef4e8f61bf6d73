import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StepInterceptor } from '../../../infra/lab/systems/fleet/deploy-muster';
import type { Lab, LabOptions } from '../../../infra/lab/systems/fleet/lab';
import { connectionLost } from '../../../infra/lab/region/calls/faults';
import { interceptAllPorts } from '../../support/intercept-ports';
import { executions, launch, onlyExecution, settle, stateOf, withLab } from '../../support/run-lab';

const scaleOut = readFileSync(join(__dirname, '../../../statemachines/fleet/scale-out.asl.json'), 'utf8');
const statesOfLaunch = Object.keys((JSON.parse(scaleOut) as { States: object }).States).length;

/** Everything that a launch leaves in the world, but for times and ids of changes. */
async function endState(lab: Lab) {
  const members = await lab.ledger.members('web');
  const { targetGroups } = await lab.settings.read('web');
  return {
    statuses: executions(lab).map(({ status }) => status),
    slots: lab.ledger.snapshot().web?.slots,
    members: members.map(({ index, name, phase, builds, addresses }) => ({
      index,
      name,
      phase,
      addresses,
      builds: Object.values(builds).map(({ attempt, outcome }) => [attempt, outcome?.result]),
    })),
    dns: ['A', 'TXT'].map((type) =>
      lab.region.route53.world.resolve('web-01.internal.example.com', type as 'A' | 'TXT'),
    ),
    tags: members.map(({ instanceId }) => lab.region.ec2.world.instance(instanceId).tags.actual()),
    targets: targetGroups.map((arn) => [...lab.region.elasticLoadBalancing.world.targetGroup(arn).targets.keys()]),
    builds: [lab.jobs.provision, lab.jobs.deploy].map((job) =>
      lab.jenkins?.builds(job).map(({ number, result }) => [number, result]),
    ),
    states: [...lab.region.autoScaling.world.group('web').instances.values()].map(({ state }) => state),
  };
}

const afterOneLaunch = (options: Omit<LabOptions, 'clock' | 'seed'> = {}) =>
  withLab(options, async (lab) => {
    lab.addGroup('web');
    await launch(lab);
    // If it was the start that failed, the bus delivers the event again after a minute.
    await lab.clock.advance(90_000);
    await settle(lab);
    return endState(lab);
  });

const undisturbed = afterOneLaunch();

test('a launch that nothing disturbs ends in service (what the others are compared with)', async () => {
  expect(await undisturbed).toMatchObject({ statuses: ['SUCCEEDED'], states: ['InService'], slots: [{ index: 1 }] });
});

test('each step run twice in a row gives the same end state', async () => {
  const twice: StepInterceptor = (_, run) => async (payload) => {
    await run(payload);
    return run(payload);
  };
  expect(await afterOneLaunch({ interceptStep: twice })).toEqual(await undisturbed);
});

test('each step run twice at the same time gives the same end state', async () => {
  const twice: StepInterceptor = (_, run) => async (payload) => {
    const [first, second] = await Promise.allSettled([run(payload), run(payload)]);
    if (first.status === 'fulfilled') return first.value;
    if (second.status === 'fulfilled') return second.value;
    throw first.reason;
  };
  expect(await afterOneLaunch({ interceptStep: twice })).toEqual(await undisturbed);
});

test('each step whose answer is lost once (the function died after its work) gives the same end state', async () => {
  const lost = new Set<string>();
  const dies: StepInterceptor = (step, run) => async (payload) => {
    const answer: unknown = await run(payload);
    const key = `${step}/${JSON.stringify((payload as { job?: string }).job)}`;
    if (lost.has(key)) return answer;
    lost.add(key);
    throw Object.assign(new Error('the function died'), { name: 'Sandbox.Timedout' });
  };
  expect(await afterOneLaunch({ interceptStep: dies })).toEqual(await undisturbed);
  expect(lost.size).toBe(statesOfLaunch);
});

describe('a step killed in the middle of its work', () => {
  // First count the calls of one launch, then lose each of them in a launch of its own: after the effect, before the
  // answer; and refused before the effect.
  const calls: string[] = [];
  beforeAll(() =>
    afterOneLaunch({
      interceptPorts: interceptAllPorts((call, proceed) => {
        calls.push(call);
        return proceed();
      }),
    }),
  );

  test.each([
    ['after the effect of a call and before its answer', true],
    ['before the effect of a call', false],
  ])(
    '%s gives the same end state, whichever call it is',
    async (_, effect) => {
      expect(calls.length).toBeGreaterThan(40);
      const firsts = calls.flatMap((call, at) => (at < 30 || calls.indexOf(call) === at || !isPoll(call) ? [at] : []));
      for (const fatal of firsts) {
        let count = 0;
        const state = await afterOneLaunch({
          interceptPorts: interceptAllPorts(async (_call, proceed) => {
            const strikes = count === fatal;
            count += 1;
            if (!strikes) return proceed();
            if (effect) await proceed();
            throw connectionLost();
          }),
        });
        try {
          expect(state).toEqual(await undisturbed);
        } catch (error) {
          throw new Error(`killed at call ${fatal}, ${calls[fatal]}`, { cause: error });
        }
      }
    },
    120_000,
  );

  const isPoll = (call: string) => /getChange|advance|describeTargetHealth|settings.read|ledger.member/.test(call);
});

test.each([
  ['the answer to the request for a build is lost', 'loseNextResponse'],
  ['the request for a build is lost', 'loseNextRequest'],
] as const)('%s: one build all the same', (_, fault) =>
  withLab({}, async (lab) => {
    lab.addGroup('web');
    lab.jenkins?.faults[fault]({ method: 'POST', path: 'provision' });
    lab.jenkins?.faults[fault]({ method: 'POST', path: 'deploy' });
    const [id] = await launch(lab);
    expect(lab.jenkins?.faults.hits).toBe(2);
    expect(onlyExecution(lab).status).toBe('SUCCEEDED');
    expect(stateOf(lab, id!)).toBe('InService');
    for (const job of [lab.jobs.provision, lab.jobs.deploy]) expect(lab.jenkins?.builds(job)).toHaveLength(1);
  }),
);

test('a step that comes a week late, when its index belongs to another instance, touches nothing', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web');
    lab.jenkins?.updateJob(lab.jobs.deploy, { behaviour: { result: 'FAILURE' } });
    const [late] = await launch(lab);
    const stale = (await lab.ledger.member('web', late!))!;
    const failed = onlyExecution(lab).executionArn!;
    await lab.ledger.free(stale, 'released', lab.clock.now().toISOString());
    lab.region.autoScaling.world.terminateInstance(late!, { decrement: true });
    await lab.clock.advance(600_000);

    lab.jenkins?.updateJob(lab.jobs.deploy, { behaviour: { result: 'SUCCESS' } });
    const [heir] = await launch(lab);
    expect((await lab.ledger.member('web', heir!))?.name).toBe('web-01');
    const before = await endState(lab);
    lab.muster.engine.redriveExecution({ executionArn: failed });
    await lab.clock.advance(3_600_000);
    expect(lab.muster.engine.describeExecution({ executionArn: failed })).toMatchObject({
      status: 'FAILED',
      error: 'InstanceGone',
    });
    expect(await endState(lab)).toEqual(before);
  }));
