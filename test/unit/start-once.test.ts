import { aLaunch } from '../support/launches';
import { withLab } from '../support/run-lab';
import { lastAttempt, readAttempts, startOnce, type StartOnceDeps } from '../../functions/fleet/executions/start-once';
import {
  firstName,
  furtherName,
  launchPurpose,
  numberedName,
  decideRepeat,
  type RepeatDecision,
} from '../../functions/fleet/domain/redrive-or-new-attempt';
import { readLaunchExecution } from '../../functions/fleet/executions/read-launch-execution';
import { lambdaTasks, loadStateMachine, stepFunctionsPort } from '../../infra/lab/engine';
import type { Lab } from '../../infra/lab/systems/fleet/lab';
import { LedgerError } from '../../functions/fleet/ledger/records';

const day = 86_400_000;
const purpose = launchPurpose(aLaunch());

interface World extends StartOnceDeps {
  readonly lab: Lab;
  readonly stateMachineArn: string;
}

/** Executions that end at once, or, started by a notification, after an hour. */
function inWorld(use: (world: World) => Promise<void>): Promise<void> {
  return withLab({}, async (lab) => {
    const machine = loadStateMachine(
      JSON.stringify({
        QueryLanguage: 'JSONata',
        StartAt: 'Which',
        States: {
          Which: {
            Type: 'Choice',
            Choices: [{ Condition: "{% $states.input.startedBy = 'notification' %}", Next: 'Stays' }],
            Default: 'Ends',
          },
          Stays: { Type: 'Wait', Seconds: 3600, Next: 'Ends' },
          Ends: { Type: 'Succeed' },
        },
      }),
      { name: 'two-ends' },
    );
    lab.muster.reconciler.disable();
    const { engine } = lab.muster;
    const stateMachineArn = engine.createStateMachine(machine, { name: 'two-ends', tasks: lambdaTasks({}) });
    await use({ lab, stateMachineArn, ledger: lab.ledger, clock: lab.clock, stepFunctions: stepFunctionsPort(engine) });
  });
}

const waits = (launch: ReturnType<typeof aLaunch>) => (earlier: Parameters<typeof decideRepeat>[1]) =>
  decideRepeat(launch, earlier, 'Pending:Wait');

/** One that is reported by an event with this token, or found by the reconciler. */
function start(
  world: World,
  token: string | null,
  changes: { stays?: boolean; ledger?: StartOnceDeps['ledger'] } = {},
) {
  const launch = aLaunch({
    lifecycle: { hookName: 'muster-launch', token },
    startedBy: changes.stays === true ? 'notification' : 'reconciler',
  });
  const deps = { ...world, ...(changes.ledger && { ledger: changes.ledger }) };
  const { stateMachineArn } = world;
  return startOnce(deps, { stateMachineArn, purpose, input: launch, token, decide: waits(launch) });
}

async function last(world: World) {
  const read = (arn: string) => readLaunchExecution(world.stepFunctions, arn);
  const record = await readAttempts(world, purpose);
  return (await lastAttempt(world, { ...world, purpose }, record, read)).execution;
}

const count = ({ lab, stateMachineArn }: World) =>
  lab.muster.engine.listExecutions({ stateMachineArn }).executions?.length;

test('what is on record of an attempt outlasts what Step Functions remembers of it', () =>
  inWorld(async (world) => {
    const kept: (number | undefined)[] = [];
    const ledger: StartOnceDeps['ledger'] = {
      observation: (group, key) => world.ledger.observation(group, key),
      saveObservation: (observation, days) => {
        kept.push(days);
        return world.ledger.saveObservation(observation, days);
      },
    };
    await start(world, 'first', { ledger });
    await world.lab.clock.advance(60_000);
    await start(world, 'second', { ledger });
    expect(kept).toHaveLength(1);
    // An execution runs for as long as its hook at most, and is forgotten 90 days after its end.
    expect(kept[0]).toBeGreaterThan(90 + 2);
  }));

test('an instance comes and goes as often as it likes', () =>
  inWorld(async (world) => {
    for (let stay = 1; stay <= 130; stay += 1) {
      // Every third event is lost.
      const started = await start(world, stay % 3 === 0 ? null : `token-${stay}`);
      expect(started.action).toBe('started');
      await world.lab.clock.advance(60_000);
      expect((await last(world))?.arn).toBe(started.execution);
    }
    expect(count(world)).toBe(130);
  }));

test('over 500 days, in which Step Functions forgets the first of them, then the last', () =>
  inWorld(async (world) => {
    let stays = 0;
    for (const days of [0, 30, 30, 31, 30, 100, 89, 95, 95]) {
      await world.lab.clock.advance(days * day);
      stays += 1;
      expect(await start(world, `token-${stays}`, { stays: true })).toMatchObject({ action: 'started' });
      // What runs is found, though the first name is free again.
      for (const token of [`token-${stays}`, null, 'late']) {
        expect(await start(world, token)).toMatchObject({
          action: 'exists',
          reason: expect.stringContaining('is running') as string,
        });
      }
      expect(count(world)).toBe(stays);
      await world.lab.clock.advance(4_000_000);
    }
  }));

test.each([
  ['an event and the reconciler', ['token-2', null]],
  ['two events of one action', ['token-2', 'token-2']],
  ['two runs that know no token', [null, null]],
  ['events of two actions', ['token-2', 'token-3', null, 'token-2']],
])('of %s that come at the same moment, one starts it', (_, tokens) =>
  inWorld(async (world) => {
    await start(world, 'token-1');
    await world.lab.clock.advance(1000);
    const all = await Promise.all(tokens.map((token) => start(world, token, { stays: true })));
    expect(all.filter(({ action }) => action === 'started').length).toBeGreaterThanOrEqual(1);
    expect(count(world)).toBe(2);
  }),
);

describe('a run that was killed between the record and the start', () => {
  const killed = (world: World) => {
    const stepFunctions = {
      ...world.stepFunctions,
      startExecution: (input: { name?: string | undefined }) =>
        /_\d{12}$/.test(input.name ?? '')
          ? Promise.reject(new Error('killed'))
          : world.stepFunctions.startExecution(input as never),
    };
    return expect(start({ ...world, stepFunctions }, 'token-2')).rejects.toThrow('killed');
  };

  test('is corrected by the next, no matter what that one knows', () =>
    inWorld(async (world) => {
      await start(world, 'token-1');
      await world.lab.clock.advance(1000);
      await killed(world);
      expect((await last(world))?.name).toBe('web_i-0a1b2c3d_EC2-AutoScalingGroup');
      // Under the very name on record: if the run lives after all, the two start one execution.
      const { name } = JSON.parse((await readAttempts(world, purpose))!.value) as { name: string };
      expect(await start(world, null)).toMatchObject({
        action: 'started',
        execution: expect.stringMatching(new RegExp(`:${name}$`)) as string,
      });
      expect(count(world)).toBe(2);
      await world.lab.clock.advance(1000);
      expect((await start(world, 'token-3')).action).toBe('started');
    }));

  test('is not made good by a late event of what has been served', () =>
    inWorld(async (world) => {
      await start(world, 'token-1');
      await world.lab.clock.advance(1000);
      await killed(world);
      expect((await start(world, 'token-1')).action).toBe('exists');
      expect(count(world)).toBe(1);
    }));
});

test('what version 0.1.0 has started is found by its numbers, and followed by a name', () =>
  inWorld(async (world) => {
    const { stateMachineArn } = world;
    for (const attempt of [1, 2, 3]) {
      const input = JSON.stringify(aLaunch(attempt === 3 ? { startedBy: 'notification' } : {}));
      await world.stepFunctions.startExecution({ stateMachineArn, name: numberedName(purpose, attempt), input });
      await world.lab.clock.advance(1000);
    }
    expect((await last(world))?.name).toMatch(/_3$/);
    expect(await start(world, 'token-2')).toMatchObject({ action: 'exists' });
    await world.lab.clock.advance(4_000_000);
    expect((await start(world, 'token-2')).execution).toMatch(/_\d{12}$/);
  }));

test('a retry that was started by hand under the name in the message is the last one', () =>
  inWorld(async (world) => {
    const first = await start(world, 'token-1', { stays: true });
    world.lab.muster.engine.stopExecution({ executionArn: first.execution });
    const name = furtherName(purpose, firstName(purpose), null);
    await world.stepFunctions.startExecution({ ...world, name, input: JSON.stringify(aLaunch()) });
    expect((await last(world))?.name).toBe(name);
    await world.lab.clock.advance(1000);
    expect((await start(world, 'token-2')).action).toBe('started');
  }));

test('nothing is started twice while others are always quicker, and the message is tried again', () =>
  inWorld(async (world) => {
    await start(world, 'token-1');
    await world.lab.clock.advance(1000);
    const ledger: StartOnceDeps['ledger'] = {
      observation: (group, key) => world.ledger.observation(group, key),
      saveObservation: () => Promise.reject(new LedgerError('Outdated', 'another was', { fault: 'environment' })),
    };
    await expect(start(world, 'token-2', { ledger })).rejects.toMatchObject({ name: 'StartContended' });
    expect(count(world)).toBe(1);
  }));

test('the decision is about the last attempt, not the first', () =>
  inWorld(async (world) => {
    for (const token of ['token-1', 'token-2', 'token-3']) {
      await start(world, token);
      await world.lab.clock.advance(1000);
    }
    const told: unknown[] = [];
    const decide = (earlier: { token: string | null | undefined }): RepeatDecision => {
      told.push(earlier.token);
      return { action: 'ignore', reason: '' };
    };
    await startOnce(world, { ...world, purpose, input: {}, token: null, decide });
    expect(told).toEqual(['token-3']);
  }));
