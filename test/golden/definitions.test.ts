import { stepErrors } from '../../functions/fleet/contracts/errors';
import { VirtualClock } from '../../infra/lab/kernel/clock';
import { createLab } from '../../infra/lab/systems/fleet/lab';
import { buildsEndAs, minutes, nothing, traces } from '../support/failures';
import { executions, launch, settle, stateOf } from '../support/run-lab';
import { definitionsOfToday, keptVersions, machines, readVersion } from './version';

// An execution keeps the definition that it was started with, and calls the functions that are there: a redrive of the
// week before last runs an old machine over new functions. Source: Step Functions developer guide, "Redriving executions".

const versions = keptVersions().map((version) => ({ version, golden: readVersion(version) }));

interface Task {
  readonly Type: string;
  readonly Arguments?: { readonly FunctionName: string };
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[] }[];
}
const tasksOf = (definition: string) =>
  Object.entries((JSON.parse(definition) as { States: Record<string, Task> }).States).filter(
    ([, { Type }]) => Type === 'Task',
  );
const retried = ({ Retry = [] }: Task) => Retry.flatMap(({ ErrorEquals }) => ErrorEquals);

test.each(versions)(
  'machines of version $version go through a launch, a redrive and a release with the functions of today',
  async ({ golden: { definitions } }) => {
    const old = { scaleOut: definitions['scale-out'], release: definitions.release };
    const lab = await createLab({ seed: 1, clock: new VirtualClock(), reachedOver: 'memory', ...old });
    try {
      lab.addGroup('web');
      buildsEndAs(lab, 'deploy', 'FAILURE');
      const [id] = await launch(lab);
      const [failed] = executions(lab);
      expect(failed).toMatchObject({ status: 'FAILED', error: 'BuildFailed' });
      lab.muster.engine.redriveExecution({ executionArn: failed!.executionArn! });
      await settle(lab);
      const [done] = executions(lab);
      expect(done).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
      expect(JSON.parse(done!.output!)).toMatchObject({ group: 'web', instanceId: id, index: 1, name: 'web-01' });
      expect(stateOf(lab, id!)).toBe('InService');
      lab.region.autoScaling.world.setDesiredCapacity('web', 0);
      await minutes(lab, 15);
      await settle(lab);
      expect(await traces(lab, id!)).toEqual(nothing);
    } finally {
      await lab.close();
    }
  },
);

// Lambda gives them whatever we do, and version 1 does not know them: its launches are held then, as they were.
const namesOfAws = [
  'Lambda.ENINotReadyException',
  'Lambda.CodeArtifactUserPendingException',
  'Lambda.CodeArtifactUserDeletedException',
  'Lambda.SnapStartRegenerationFailureException',
];

describe.each(versions)('errors under version $version', ({ version, golden }) => {
  test('what a state of today waits for, its older self waits for too', () => {
    const definitions = definitionsOfToday();
    for (const machine of machines) {
      const older = new Map(tasksOf(golden.definitions[machine]));
      for (const [state, task] of tasksOf(definitions[machine])) {
        const before = older.get(state);
        if (before?.Arguments?.FunctionName !== task.Arguments?.FunctionName) continue;
        const known = new Set(retried(before!));
        // A name that only newer machines wait for fails the launch in an older one: give it a name that is there.
        const added = retried(task).filter((name) => !known.has(name) && !namesOfAws.includes(name));
        expect({ version, machine, state, new: added }).toEqual({
          version,
          machine,
          state,
          new: [],
        });
      }
    }
  });

  test('a name that it waited for is still one that waits', () => {
    const waits = Object.entries(stepErrors).flatMap(([name, { kind }]) => (kind === 'waits' ? [name] : []));
    for (const machine of ['scale-out', 'release'] as const) {
      const names = tasksOf(golden.definitions[machine]).flatMap(([, task]) => retried(task));
      const ours = names.filter((name) => !name.includes('.'));
      expect(waits).toEqual(expect.arrayContaining([...new Set(ours)]));
    }
  });
});
