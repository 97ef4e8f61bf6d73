import type { Clock } from '../../../functions/shared/runtime';
import { idleFunctions } from '../../support/idle-functions';
import { minutes, nothing, told, traces } from '../../support/failures';
import { launch, onlyExecution, stateOf, withLab } from '../../support/run-lab';

// The first launch, and the first release, after quiet weeks: the functions in the VPC have to be woken.

test.each([30_000, 120_000, 240_000])('functions that take %i ms to wake hold up nothing for good', async (wakesMs) => {
  const seen: string[] = [];
  let clock: Clock | undefined;
  const interceptStep = idleFunctions(['RunBuild', 'EndBuilds'], {
    clock: () => clock!,
    wakesMs,
    refused: (step, error) => seen.push(`${step} ${error}`),
  });
  await withLab({ interceptStep }, async (lab) => {
    clock = lab.clock;
    lab.addGroup('web');
    const [id] = await launch(lab);
    expect(onlyExecution(lab).status).toBe('SUCCEEDED');
    expect(stateOf(lab, id!)).toBe('InService');
    expect(lab.jenkins?.posts(lab.jobs.provision).created).toBe(1);
    lab.region.autoScaling.world.terminateInstance(id!, { decrement: true });
    await minutes(lab, 30);
    expect(await traces(lab, id!)).toEqual(nothing);
    const { executions = [] } = lab.muster.engine.listExecutions({ stateMachineArn: lab.muster.releaseArn });
    expect(executions.map(({ status, redriveCount = 0 }) => [status, redriveCount])).toEqual([['SUCCEEDED', 0]]);
    expect(told(lab)).toEqual([]);
  });
  for (const step of ['RunBuild', 'EndBuilds']) {
    expect(seen).toContain(`${step} Lambda.ResourceNotReadyException`);
    expect(seen).toContain(`${step} Lambda.ResourceConflictException`);
  }
});
