import type { Lab, LabOptions } from '../../../infra/lab/systems/fleet/lab';
import type { StepInterceptor } from '../../../infra/lab/systems/fleet/deploy-muster';
import { connectionLost } from '../../../infra/lab/region/calls/faults';
import { interceptAllPorts } from '../../support/intercept-ports';
import { minutes, nothing, traces } from '../../support/failures';
import { withLab } from '../../support/run-lab';

// The release of an instance whose build is open ends the same, no matter what is lost on its way.

type Options = Omit<LabOptions, 'clock' | 'seed'>;
interface Case {
  /** Whether there is a machine that builds the deploy, or it stays in the queue. */
  readonly executors: number;
}

/** An instance goes while its deploy is open; `begun` is called just before. */
async function releaseWithOpenBuild({ executors }: Case, options: Options, begun: () => void) {
  return withLab(options, async (lab) => {
    lab.addGroup('web', { settings: { provision: undefined } });
    lab.jenkins?.updateJob(lab.jobs.deploy, { behaviour: { durationMs: 30_000_000, onStop: { afterMs: 15_000 } } });
    lab.jenkins?.setExecutors(executors);
    lab.region.autoScaling.world.setDesiredCapacity('web', 1);
    const isOpen = () => (lab.jenkins?.posts(lab.jobs.deploy).created ?? 0) === 1;
    expect(await lab.clock.runUntil(isOpen, 600_000)).toBe(true);
    await lab.clock.advance(20_000);
    expect(lab.jenkins?.builds(lab.jobs.deploy)).toHaveLength(executors);
    const [id = ''] = lab.region.autoScaling.world.group('web').instances.keys();
    begun();
    lab.region.autoScaling.world.terminateInstance(id, { decrement: true });
    await minutes(lab, 20);
    lab.jenkins?.setExecutors(2); // what is still queued would start now
    await minutes(lab, 5);
    return endState(lab, id);
  });
}

async function endState(lab: Lab, id: string) {
  const { engine, stateMachineArn, releaseArn } = lab.muster;
  const statuses = [stateMachineArn, releaseArn].map((arn) =>
    (engine.listExecutions({ stateMachineArn: arn }).executions ?? []).map(({ status }) => status),
  );
  const history = await lab.ledger.history('web');
  return {
    statuses,
    traces: await traces(lab, id),
    builds: lab.jenkins?.builds(lab.jobs.deploy).map(({ result, building }) => [result, building]),
    queue: lab.jenkins?.posts(lab.jobs.deploy).created,
    freed: history.filter(({ event }) => event === 'freed').map(({ reason }) => reason),
  };
}

describe.each([
  ['queued', { executors: 0 }, []],
  ['running', { executors: 1 }, [['ABORTED', false]]],
] as const)('an instance goes whose build is %s', (_, which, builds) => {
  const undisturbed = releaseWithOpenBuild(which, {}, () => undefined);

  test('and nothing is lost (what the others are compared with)', async () => {
    expect(await undisturbed).toMatchObject({ traces: nothing, builds, queue: 1, freed: ['scale-in'] });
  });

  test('and each step of its release is run twice at the same time', async () => {
    let isGoing = false;
    const interceptStep: StepInterceptor = (__, run) => async (payload) => {
      if (!isGoing) return run(payload);
      const [first, second] = await Promise.allSettled([run(payload), run(payload)]);
      if (first.status === 'fulfilled') return first.value;
      if (second.status === 'fulfilled') return second.value;
      throw first.reason;
    };
    expect(await releaseWithOpenBuild(which, { interceptStep }, () => void (isGoing = true))).toEqual(
      await undisturbed,
    );
  });

  test.each([
    ['after its effect', true],
    ['before its effect', false],
  ])(
    'and a call of its release is lost %s, whichever call it is',
    async (__, effect) => {
      const calls = await callsOf(which);
      expect(calls.filter((call) => call.startsWith('jenkins.'))).not.toEqual([]);
      expect(calls.length).toBeGreaterThan(15);
      for (const fatal of calls.keys()) {
        let count = -1;
        const interceptPorts = interceptAllPorts(async (___, proceed) => {
          const strikes = count === fatal;
          if (count >= 0) count += 1;
          if (!strikes) return proceed();
          if (effect) await proceed();
          throw connectionLost();
        });
        const state = await releaseWithOpenBuild(which, { interceptPorts }, () => (count = 0));
        try {
          expect(state).toEqual(await undisturbed);
        } catch (error) {
          throw new Error(`lost at call ${fatal}, ${calls[fatal]}`, { cause: error });
        }
      }
    },
    120_000,
  );
});

/** The calls of one release up to its end, in their order; those of the reconciler beside it are among them. */
async function callsOf(which: Case): Promise<string[]> {
  const calls: string[] = [];
  let isGoing = false;
  const interceptPorts = interceptAllPorts((call, proceed) => {
    if (isGoing) calls.push(call);
    return proceed();
  });
  await releaseWithOpenBuild(which, { interceptPorts }, () => (isGoing = true));
  return calls.slice(0, calls.findLastIndex((call) => call === 'ledger.free') + 1);
}
