import { deadlyErrors, lastingErrors, passingErrors } from '../../../functions/shared/lambda/service-errors';
import type { StepInterceptor } from '../../../infra/lab/systems/fleet/deploy-muster';
import { minutes, nothing, told, traces } from '../../support/failures';
import { launch, lastState, onlyExecution, settle, stateOf, withLab } from '../../support/run-lab';

/** Reports runs of one step under a name of AWS's. `before` its work, or after it: then the effect is there. */
function reported(name: string, step: string, { before = false, times = 1 } = {}): StepInterceptor {
  let left = times;
  return (its, run) => async (payload) => {
    const strikes = its === step && left > 0;
    if (strikes) left -= 1;
    const answer: unknown = strikes && before ? undefined : await run(payload);
    if (strikes) throw Object.assign(new Error('the call of the function failed'), { name });
    return answer;
  };
}

const steps = ['ClaimIndex', 'TagInstance', 'RegisterDns', 'RunBuild', 'RegisterTargets', 'PutInService'];
const passing = [...passingErrors, ...deadlyErrors].map((name, at) => [name, steps[at % steps.length]!] as const);

test.each(passing)('a launch to which %s happens at %s, after the effect, goes into service', (name, step) =>
  withLab({ interceptStep: reported(name, step) }, async (lab) => {
    lab.addGroup('web');
    const [id] = await launch(lab);
    expect(onlyExecution(lab).status).toBe('SUCCEEDED');
    expect(stateOf(lab, id!)).toBe('InService');
    expect(lab.jenkins?.posts(lab.jobs.provision).created).toBe(1);
    expect(told(lab)).toEqual([]);
  }),
);

test.each([
  ['Lambda.Unknown', 'RemoveDns'],
  ['Lambda.ResourceConflictException', 'FreeIndex'],
])('a release to which %s happens at %s ends', (name, step) =>
  withLab({ interceptStep: reported(name, step) }, async (lab) => {
    lab.addGroup('web');
    const [id] = await launch(lab);
    lab.region.autoScaling.world.terminateInstance(id!, { decrement: true });
    await minutes(lab, 20);
    expect(await traces(lab, id!)).toEqual(nothing);
    const { executions = [] } = lab.muster.engine.listExecutions({ stateMachineArn: lab.muster.releaseArn });
    expect(executions.map(({ status, redriveCount = 0 }) => [status, redriveCount])).toEqual([['SUCCEEDED', 0]]);
  }),
);

test.each([
  ['Lambda.KMSDisabledException', "the function's key is disabled: fix that"],
  [lastingErrors[0]!, 'fix that'],
  ['Lambda.TomorrowException', 'a name of AWS that Muster does not know: every step can safely be run again'],
  ['Sandbox.Evicted', 'a name of AWS that Muster does not know'],
  ['Runtime.ExitError', 'it was tried again three times; see the last lines'],
])('%s that does not pass: the launch is held, the message says what to do, and a retry brings it in', (name, says) =>
  withLab(
    { interceptStep: reported(name, 'RegisterDns', { before: true, times: name.startsWith('Runtime') ? 4 : 1 }) },
    async (lab) => {
      lab.addGroup('web');
      const [id] = await launch(lab);
      expect(onlyExecution(lab)).toMatchObject({ status: 'FAILED', error: name });
      expect(lastState(lab, onlyExecution(lab).executionArn)).toBe('Register DNS');
      expect(told(lab).map(({ subject }) => subject)).toEqual([`web-01 is on hold: Register DNS failed (${name})`]);
      expect(told(lab)[0]?.text).toContain(says);
      await lab.muster.operations.retry({ group: 'web', instance: 'web-01' });
      await settle(lab);
      expect(stateOf(lab, id!)).toBe('InService');
    },
  ),
);
