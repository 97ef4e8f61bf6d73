import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  launchEvents,
  mostEvents,
  redrivesProvidedFor,
  type Machine,
} from '../../../infra/systems/fleet/config/history-limit';
import type { Lab } from '../../../infra/lab/systems/fleet/lab';
import { minutes, told } from '../../support/failures';
import { executions, lastState, launch, onlyExecution, settle, withLab } from '../../support/run-lab';

const web01 = { group: 'web', instance: 'web-01' };
const scaleOut = readFileSync(join(__dirname, '../../../statemachines/fleet/scale-out.asl.json'), 'utf8');

/** A group whose application never answers; a launch waits two hours for its health. */
async function launchUnhealthy(lab: Lab): Promise<void> {
  lab.addGroup('web', { settings: { healthTimeoutMinutes: 120, holdMinutes: 2880 } });
  lab.jenkins?.on('build-finished', ({ parameters }) =>
    lab.region.ec2.world.setAppState(parameters.INSTANCE ?? '', { status: 503 }),
  );
  await launch(lab);
  expect(onlyExecution(lab)).toMatchObject({ status: 'FAILED', error: 'TargetUnhealthy' });
}

const eventsOf = (lab: Lab, executionArn = '') => lab.muster.engine.getExecutionHistory({ executionArn }).events.length;

test('the longest wait for health leaves room for two more, and is as long as was counted', () =>
  withLab({ reachedOver: 'memory' }, async (lab) => {
    await launchUnhealthy(lab);
    const { executionArn } = onlyExecution(lab);
    const settings = await lab.settings.read('web');
    const once = eventsOf(lab, executionArn);
    for (let redrive = 0; redrive < redrivesProvidedFor; redrive += 1) {
      await minutes(lab, 1);
      expect(await lab.muster.operations.retry(web01)).toMatchObject({ action: 'redriven' });
      await settle(lab);
      expect(onlyExecution(lab)).toMatchObject({ error: 'TargetUnhealthy', redriveStatus: 'REDRIVABLE' });
      expect(eventsOf(lab, executionArn)).toBeLessThan(launchEvents(settings, redrive + 1));
    }
    // 2 hours: about 400 looks in the first ten minutes, then 6 a minute; drawn again each time, so a few more or less.
    const again = (eventsOf(lab, executionArn) - once) / redrivesProvidedFor / 3;
    expect(again).toBeGreaterThan(930);
    expect(again).toBeLessThan(400 + 660 + 130);
  }));

test('where a history is full all the same, people are told how to continue, and the launch keeps what it has', () => {
  const hasty = JSON.parse(scaleOut) as { States: Machine['States'] };
  for (const retrier of hasty.States['Await healthy']?.Retry ?? []) {
    if (!retrier.ErrorEquals[0]!.startsWith('TargetPending')) continue;
    Object.assign(retrier, { IntervalSeconds: 2, MaxAttempts: 100_000 });
  }
  return withLab({ reachedOver: 'memory', scaleOut: JSON.stringify(hasty) }, async (lab) => {
    await launchUnhealthy(lab);
    const { executionArn } = onlyExecution(lab);
    await minutes(lab, 1);
    await lab.muster.operations.retry(web01);
    await settle(lab);
    expect(eventsOf(lab, executionArn)).toBe(mostEvents);
    expect(onlyExecution(lab)).toMatchObject({ error: 'States.Runtime', redriveStatus: 'NOT_REDRIVABLE' });
    expect(lastState(lab, executionArn)).toBe('Await healthy');
    const { subject, text } = told(lab).at(-1)!;
    expect(subject).toBe('web-01 is on hold: Await healthy failed (States.Runtime)');
    expect(text).toMatch(/maximum number of history events.*It cannot be redriven.*start-execution/s);

    const [instance] = lab.region.autoScaling.world.group('web').instances.keys();
    lab.region.ec2.world.setAppState(instance!, 'healthy');
    expect(await lab.muster.operations.retry(web01)).toMatchObject({
      action: 'started',
      reason: expect.stringContaining('history event limit') as string,
    });
    await settle(lab);
    const [, second] = executions(lab);
    expect(second).toMatchObject({ status: 'SUCCEEDED' });
    expect(lab.jenkins?.posts(lab.jobs.deploy).created).toBe(1);
  });
});
