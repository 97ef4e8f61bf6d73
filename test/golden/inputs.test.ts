import { VirtualClock } from '../../infra/lab/kernel/clock';
import { createLab, type Lab } from '../../infra/lab/systems/fleet/lab';
import { readStatusChange } from '../../functions/fleet/contracts/status-event';
import { readSignals } from '../../functions/fleet/contracts/events';
import { launchSchema, releaseSchema } from '../../functions/fleet/contracts/inputs';
import { instanceIn } from '../../functions/fleet/domain/redrive-or-new-attempt';
import { laterKey, withLaterKeys } from './shapes';
import { keptVersions, readVersion } from './version';

// Executions that earlier versions began, and redrives of them for 14 days, hand their inputs to the functions of today;
// and after a deployment has gone back, those of a newer version do.

const versions = keptVersions().map((version) => ({ version, golden: readVersion(version) }));

/** A region without a group: an input that is understood meets `GroupNotManaged` or nothing, and changes nothing. */
let lab: Lab;
beforeAll(async () => {
  lab = await createLab({ seed: 1, clock: new VirtualClock(), reachedOver: 'memory' });
});
afterAll(() => lab.close());

test('there is a version', () => expect(versions.length).toBeGreaterThan(0));

const cases = versions.flatMap(({ version, golden }) =>
  Object.entries(golden.inputs).flatMap(([name, inputs]) =>
    inputs.map((input, n) => ({ title: `${name} #${n + 1} of version ${version}`, name, input })),
  ),
);
const ofSteps = cases.filter(({ name }) => /^[A-Z]/.test(name));
const ofTriggers = cases.filter(({ name }) => !/^[A-Z]/.test(name));

async function refusal(name: string, input: unknown): Promise<string | undefined> {
  try {
    await lab.muster.steps[name]!(input as never);
    return undefined;
  } catch (error) {
    const { name: kind, message } = error as Error;
    // Whatever else it is called was thrown by what came after the input.
    return kind === 'InputRefused' ? message : undefined;
  }
}

describe.each(ofSteps)('$title', ({ name, input }) => {
  test('is understood', async () => {
    expect(await refusal(name, input)).toBeUndefined();
  });

  test('is understood with what a newer version has put in', async () => {
    expect(await refusal(name, withLaterKeys(input))).toBeUndefined();
  });

  test('is refused without its run: this test can fail', async () => {
    expect(await refusal(name, { ...(input as object), run: undefined })).toContain('run');
  });
});

test.each(ofTriggers.filter(({ name }) => name !== 'reconcile'))('$title is understood', ({ name, input }) => {
  const kinds = (message: unknown): string[] =>
    name === 'report-outcome'
      ? [readStatusChange(message, lab.muster.stateMachineArn).kind]
      : readSignals(message).map(({ kind }) => kind);
  expect(kinds(input).length).toBeGreaterThan(0);
  for (const kind of kinds(input)) expect(['launch', 'termination', 'ended', 'ignored']).toContain(kind);
  expect(kinds(withLaterKeys(input))).toEqual(kinds(input));
});

test.each(versions)('inputs and names of executions of version $version are read', ({ golden }) => {
  for (const { machine, name, input } of golden.executions) {
    const schema = machine === 'scale-out' ? launchSchema : releaseSchema;
    expect(schema.parse(input)).toEqual(input);
    expect(schema.parse(withLaterKeys(input))).toEqual(input);
    expect(JSON.stringify(schema.parse(withLaterKeys(input)))).not.toContain(laterKey);
    expect(instanceIn(name)).toBe((input as { instanceId: string }).instanceId);
  }
});

test.each(versions)('every Task of version $version has an example', ({ golden }) => {
  const called = (['scale-out', 'release'] as const).flatMap((machine) => {
    const { States } = JSON.parse(golden.definitions[machine]) as {
      States: Record<string, { Arguments: { FunctionName: string } }>;
    };
    return Object.values(States).map((state) => /\w+/.exec(state.Arguments.FunctionName)![0]);
  });
  expect(Object.keys(golden.inputs)).toEqual(expect.arrayContaining([...new Set(called)]));
  for (const startedBy of ['lifecycle-event', 'notification', 'reconciler']) {
    expect(JSON.stringify(golden.executions)).toContain(startedBy);
  }
});
