import type * as z from '../../../functions/shared/schema';
import { StepError } from '../../../functions/fleet/contracts/errors';
import { fleetMetrics } from '../../../functions/fleet/contracts/metrics';
import { buildInput, stepInput, type StepInput, type StepOutput } from '../../../functions/fleet/contracts/inputs';
import { type Member } from '../../../functions/fleet/ledger/port';
import { makeMemberStep, makeStep } from '../../../functions/fleet/steps/step';
import { jsonLogger, embeddedMetrics } from '../../../functions/shared/runtime';
import { createMemoryLedger } from '../../../infra/lab/region/ledger/memory-ledger';
import { aLaunch } from '../../support/launches';
import { mistakesInEmf } from './embedded-metric-format';
import { LedgerError } from '../../../functions/fleet/ledger/records';

const launch = aLaunch();
const execution = 'arn:aws:states:eu-central-1:123456789012:execution:scale-out:web-1';
const run = { execution, redrives: 2, enteredAt: '2026-11-23T06:00:00.000Z', redrivenAt: '2026-11-23T07:00:00.000Z' };
const input = { launch, run, index: 3 };
const about = { execution, redrive: 2, group: 'web', instance: launch.instanceId };

async function setUp({ claimed = true } = {}) {
  let now = Date.parse('2026-11-23T07:00:10.000Z');
  const clock = { now: () => new Date(now) };
  const written: string[] = [];
  const write = (line: string) => void written.push(line);
  const ledger = createMemoryLedger();
  const member = {
    group: 'web',
    instanceId: launch.instanceId,
    index: 3,
    name: 'web-03',
    execution,
    at: run.enteredAt,
  };
  if (claimed) await ledger.claim(member);
  const metrics = embeddedMetrics({ namespace: 'Test', definitions: fleetMetrics, clock, write });
  const lines = () => written.map((line) => JSON.parse(line) as Record<string, unknown>);
  return {
    deps: { clock, log: jsonLogger(write), metrics, ledger },
    pass: (ms: number) => (now += ms),
    logs: () => lines().filter((line) => !('_aws' in line)),
    metrics: () => lines().filter((line) => '_aws' in line),
    mistakes: () => written.filter((line) => line.includes('"_aws"')).flatMap(mistakesInEmf),
  };
}

/** A step of a member: none of these is about a warm pool. */
function memberStep<Input extends StepInput, Output extends StepOutput>(
  name: string,
  deps: Parameters<typeof makeMemberStep>[1],
  schema: z.ZodMiniType<Input>,
  step: (member: Member, input: Input) => Promise<Output>,
) {
  return makeMemberStep<Input, Output>(name, deps, schema, {
    ofMember: step,
    inPool: () => {
      throw new Error('not in a warm pool');
    },
  });
}

test('a step that is done writes one line, with everything that finds it, and how long it took', async () => {
  const { deps, pass, logs, metrics, mistakes } = await setUp();
  const step = memberStep('tag-instance', deps, stepInput, async (member): Promise<StepOutput> => {
    pass(1500);
    return { action: 'tagged', reason: `${member.name} has its tags` };
  });
  await step(input);
  expect(logs()).toEqual([
    {
      level: 'info',
      message: 'web-03 has its tags',
      step: 'tag-instance',
      ...about,
      index: 3,
      name: 'web-03',
      action: 'tagged',
      durationMs: 1500,
      // Since the redrive, which came after the state was entered.
      stateSeconds: 11.5,
    },
  ]);
  expect(metrics()).toEqual([]);
  expect(mistakes()).toEqual([]);
});

test('the line of a build says which job it runs', async () => {
  const { deps, logs } = await setUp();
  const step = memberStep('run-build', deps, buildInput, async () => ({ action: 'succeeded', reason: 'done' }));
  await step({ ...input, job: 'deploy' });
  expect(logs()).toMatchObject([{ step: 'run-build', job: 'deploy' }]);
});

test('the name that a step finds out is in its line', async () => {
  const { deps, logs } = await setUp();
  await makeStep('claim-index', deps, stepInput, async () => ({ action: 'claimed', reason: 'ok', name: 'web-07' }))(
    input,
  );
  expect(logs()).toMatchObject([{ name: 'web-07' }]);
});

test('a step that waits says for what, and nothing has failed', async () => {
  const { deps, logs, metrics } = await setUp();
  const step = memberStep('check-dns', deps, stepInput, async () => {
    throw new StepError('DnsPending', 'still PENDING');
  });
  await expect(step(input)).rejects.toMatchObject({ name: 'DnsPending' });
  expect(logs()).toMatchObject([
    { level: 'info', waits: 'DnsPending', fault: 'environment', name: 'web-03', ...about },
  ]);
  expect(metrics()).toEqual([]);
});

test('a step that fails counts as a failed launch, by what it failed with', async () => {
  const { deps, logs, metrics, mistakes } = await setUp();
  const step = memberStep('run-build', deps, stepInput, async () => {
    throw new StepError('BuildFailed', 'deploy-web #42 failed', { cause: new TypeError('no') });
  });
  await expect(step(input)).rejects.toMatchObject({ name: 'BuildFailed' });
  expect(logs()).toMatchObject([
    {
      level: 'error',
      message: 'deploy-web #42 failed',
      error: 'BuildFailed',
      fault: 'operator',
      cause: 'TypeError: no',
    },
  ]);
  expect(metrics()).toMatchObject([{ LaunchesFailed: 1, Group: 'web', Error: 'BuildFailed', name: 'web-03' }]);
  expect(mistakes()).toEqual([]);
});

test('an error without a name of ours counts too, and says where it was thrown', async () => {
  const { deps, logs, metrics } = await setUp();
  const step = makeStep('check-dns', deps, stepInput, async () => {
    throw Object.assign(new Error('no idea'), { name: 'StrangeFault' });
  });
  await expect(step(input)).rejects.toMatchObject({ name: 'StrangeFault' });
  expect(logs()).toMatchObject([
    { level: 'error', error: 'StrangeFault', fault: 'bug', stack: expect.stringContaining('step-report') as string },
  ]);
  expect(metrics()).toMatchObject([{ LaunchesFailed: 1, Error: 'StrangeFault' }]);
});

describe('what IAM refuses', () => {
  const refuse = async (name: string, message: string) => {
    const { deps, logs, metrics } = await setUp();
    const step = makeStep('remove-dns', deps, stepInput, async () => {
      throw Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 403 } });
    });
    return { error: await step(input).catch((error: unknown) => error as Error), logs, metrics };
  };
  const user = 'User: arn:aws:sts::111122223333:assumed-role/muster-remove-dns/muster-remove-dns';

  test.each([
    [
      'AccessDenied',
      `${user} is not authorized to perform: route53:ChangeResourceRecordSets on resource: arn:aws:route53:::hostedzone/ZOLD because no identity-based policy allows the route53:ChangeResourceRecordSets action`,
      'remove-dns may not route53:ChangeResourceRecordSets on arn:aws:route53:::hostedzone/ZOLD: no identity-based policy allows the route53:ChangeResourceRecordSets action',
    ],
    [
      'UnauthorizedOperation',
      `You are not authorized to perform this operation. ${user} is not authorized to perform: ec2:DescribeInstances with an explicit deny in a service control policy. Encoded authorization failure message: aGVsbG8`,
      'remove-dns may not ec2:DescribeInstances',
    ],
    [
      'AccessDeniedException',
      `${user} is not authorized to perform: dynamodb:GetItem on resource: arn:aws:dynamodb:eu-central-1:111122223333:table/muster`,
      'remove-dns may not dynamodb:GetItem on arn:aws:dynamodb:eu-central-1:111122223333:table/muster',
    ],
    ['AccessDenied', 'Access\n Denied', 'remove-dns is not allowed what it asks of AWS: Access Denied'],
  ])('%s is waited for, and says which function may not do what', async (name, message, text) => {
    const { error, logs, metrics } = await refuse(name, message);
    expect(error).toMatchObject({ name: 'NotPermitted', message: expect.stringContaining(text) as string });
    expect(error).not.toMatchObject({ message: expect.stringContaining('aGVsbG8') as string });
    expect(logs()).toMatchObject([{ level: 'info', waits: 'NotPermitted', fault: 'operator' }]);
    expect(metrics()).toEqual([]);
  });

  test('a policy above the role is named', async () => {
    const { error } = await refuse(
      'UnauthorizedOperation',
      `${user} is not authorized to perform: ec2:DescribeInstances with an explicit deny in a service control policy`,
    );
    expect(error).toMatchObject({ message: expect.stringContaining('explicit deny in a service control') as string });
  });

  test('a secret that may not be read is waited for too, one that is wrong is not', async () => {
    const { deps } = await setUp();
    const failing = (cause: string) =>
      makeStep('run-build', deps, stepInput, async () => {
        throw new StepError('JenkinsMisconfigured', 'secret x cannot be read', {
          cause: Object.assign(new Error(`${user} is not authorized to perform: secretsmanager:GetSecretValue`), {
            name: cause,
          }),
        });
      })(input);
    await expect(failing('AccessDeniedException')).rejects.toMatchObject({ name: 'NotPermitted' });
    await expect(failing('DecryptionFailure')).rejects.toMatchObject({ name: 'JenkinsMisconfigured' });
  });
});

test('an instance that holds its index no more is gone, and the step does not run', async () => {
  const { deps, logs } = await setUp({ claimed: false });
  const step = memberStep('tag-instance', deps, stepInput, async (): Promise<StepOutput> => {
    throw new TypeError('it ran');
  });
  await expect(step(input)).rejects.toMatchObject({ name: 'InstanceGone' });
  expect(logs()).toMatchObject([{ error: 'InstanceGone', fault: 'environment', ...about }]);
});

test('an input that is refused is reported without the input', async () => {
  const { deps, logs, metrics } = await setUp();
  const step = makeStep('check-dns', deps, stepInput, async () => ({ action: 'x', reason: 'x' }));
  await expect(step({ ...input, index: -1 })).rejects.toMatchObject({ name: 'InputRefused' });
  expect(logs()).toEqual([
    expect.objectContaining({ level: 'error', step: 'check-dns', error: 'InputRefused', fault: 'bug' }),
  ]);
  expect(logs()[0]).not.toHaveProperty('group');
  expect(metrics()).toEqual([]);
});

test.each([
  ['Outdated', 'Throttled'],
  ['NotHolder', 'InstanceGone'],
] as const)('a ledger that says %s is %s to the state machine', async (said, name) => {
  const { deps } = await setUp();
  const step = memberStep('tag-instance', deps, stepInput, () =>
    Promise.reject(new LedgerError(said, 'another run was first', { fault: 'environment' })),
  );
  await expect(step(input)).rejects.toMatchObject({ name });
});
