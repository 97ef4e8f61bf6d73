import { labJobs } from '../../../infra/lab/systems/fleet/jobs';
import type { Lab } from '../../../infra/lab/systems/fleet/lab';
import { executions, launch, stateOf, withLab } from '../../support/run-lab';

// Jenkins deletes the records of builds as its jobs are configured. A launch must not fail because a record went before it
// was read, and where it could, it is refused before anything is built.

type Job = Parameters<NonNullable<Lab['jenkins']>['updateJob']>[1];

const inLab = (job: Job, use: (lab: Lab) => Promise<void>) =>
  withLab({ reachedOver: 'memory' }, async (lab) => {
    lab.jenkins!.updateJob(labJobs.deploy, job);
    lab.addGroup('web');
    await use(lab);
  });

const causes = (lab: Lab) => executions(lab).map(({ status, error, cause }) => [status, error, cause]);
const deploys = (lab: Lab) => lab.jenkins!.builds(labJobs.deploy);

async function expectInService(lab: Lab, count: number): Promise<void> {
  const ids = await launch(lab, count);
  expect(ids.map((id) => stateOf(lab, id))).toEqual(ids.map(() => 'InService'));
  expect(lab.jenkins!.posts(labJobs.deploy).created).toBe(executions(lab).length);
}

// The last one ends first, so that the others are the older ones when they end, and go at once.
const lastFirst: Job['behaviour'] = ({ number }) => ({ durationMs: Math.max(20_000, 100_000 - number * 3_000) });

test.each([
  [10, 12],
  [1, 6],
  [3, 8],
])('a job that keeps %i builds, which are known to be short, and %i launches at once', (numToKeep, many) =>
  inLab({ numToKeep, behaviour: lastFirst }, async (lab) => {
    await expectInService(lab, 1);
    await expectInService(lab, many);
    expect(deploys(lab).length).toBeLessThanOrEqual(numToKeep);
  }),
);

test.each([
  [10, 12],
  [1, 3],
])('a job that keeps %i builds that may be long is refused to %i at once, with the number to keep', (numToKeep, many) =>
  inLab({ numToKeep, behaviour: { durationMs: 900_000 } }, async (lab) => {
    await launch(lab, many);
    const refused = causes(lab).filter(([status]) => status === 'FAILED');
    expect(refused.length).toBeGreaterThanOrEqual(many - numToKeep);
    const need = `the job keeps only ${numToKeep} builds, and ${many} may be built at once`;
    expect(refused.map(([, error]) => error)).toEqual(refused.map(() => 'JenkinsMisconfigured'));
    // Who is refused waits for its operator and builds nothing: as many as are kept still come into service.
    const said = refused.map(([, , cause]) => cause).join('\n');
    expect(said).toContain(need);
    expect(said).toContain(`'Discard old builds' to ${2 * many} or more`);
    const served = executions(lab).filter(({ status }) => status === 'SUCCEEDED');
    expect(served.length + refused.length).toBe(many);
    expect(lab.jenkins!.posts(labJobs.deploy).created).toBe(served.length);
  }),
);

test.each([{ numToKeep: 12 }, { daysToKeep: 1 }])('a job that keeps enough of its long builds (%o) is built', (keeps) =>
  inLab({ ...keeps, behaviour: { durationMs: 900_000 } }, (lab) => expectInService(lab, 12)),
);

test('a job whose configuration may not be read is built, and a build that is lost tells what it seems to keep', () =>
  inLab(
    { numToKeep: 1, behaviour: ({ number }) => ({ durationMs: number === 1 ? 900_000 : 600_000 }) },
    async (lab) => {
      lab.jenkins!.access.deny('hudson.model.Item.ExtendedRead');
      await launch(lab, 2);
      const [failed] = causes(lab).filter(([status]) => status === 'FAILED');
      expect(failed?.[1]).toBe('BuildLost');
      expect(failed?.[2]).toMatch(
        /the job seems to keep only about 1 builds: set 'Max # of builds to keep' .* to \d+ or more/,
      );
    },
  ));
