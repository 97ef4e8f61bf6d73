import { labJobs } from '../../systems/fleet/jobs';
import type { Lab } from '../../systems/fleet/lab';
import type { Narrator } from '../terminal/narrator';
import { scaleOut, type ScenarioOutput } from './scale-out';
import { runUntilSettled } from './run-until-settled';

const group = 'web';

/**
 * Scale-out, a deploy that fails, its hold, its retry, and scale-in. Returns whether all of it went as it should: the
 * failed launch in service at the end, and the number of the one that left free again.
 */
export async function wholeStory(lab: Lab, shown: ScenarioOutput, instances: number): Promise<boolean> {
  const unlucky = `web-${String(Math.min(2, instances)).padStart(2, '0')}`;
  failOneDeploy(lab, unlucky);
  const inService = scaleOut(lab, shown, instances, {
    drainSeconds: 15,
    onFailure: () => retry(lab, shown.narrator, unlucky),
  });
  return (await inService) && scaleIn(lab, shown, instances - 1);
}

/** The first deploy to `name` fails, as one does that meets a bad release. */
function failOneDeploy({ jenkins, jobs }: Lab, name: string): void {
  const { behaviour } = labJobs.definitions.deploy ?? {};
  let failed = false;
  jenkins?.updateJob(jobs.deploy, {
    behaviour: {
      ...(typeof behaviour === 'object' && behaviour),
      result: ({ parameters }) => {
        const fails = !failed && parameters.NAME === name;
        failed ||= fails;
        return fails ? 'FAILURE' : 'SUCCESS';
      },
      ending: (_, result) =>
        result === 'SUCCESS' ? [] : ['GET http://127.0.0.1:8080/health: 503 Service Unavailable', 'smoke test failed'],
    },
  });
}

/** What an operator does about the message, after a look at the log. */
async function retry(lab: Lab, narrator: Narrator, name: string): Promise<void> {
  await lab.clock.advance(10_000);
  narrator.say('operator', `has read the message, fixed the release, and retries ${name}: only the failed step`);
  const { reason } = await lab.muster.operations.retry({ group, instance: name });
  narrator.say('operator', reason);
}

async function scaleIn(lab: Lab, { narrator, screen }: ScenarioOutput, desired: number): Promise<boolean> {
  const { world } = lab.region.autoScaling;
  const before = await lab.ledger.heldIndexes(group);
  screen.line();
  narrator.say(group, `Auto Scaling group ${group}: desired capacity ${desired + 1} -> ${desired}`);
  world.setDesiredCapacity(group, desired);
  const isGone = () => world.group(group).instances.size === desired;
  const inTime = await runUntilSettled(lab, isGone);
  await lab.clock.advance(2000);
  const after = await lab.ledger.heldIndexes(group);
  const free = before.filter((index) => !after.includes(index));
  screen.line();
  if (!inTime || free.length !== 1) {
    screen.line(
      screen.style('red', `The instance that left has not given its number back (held: ${after.join(', ')}).`),
    );
    return false;
  }
  const held = after.length === 0 ? 'none is held' : `held: ${after.join(', ')}`;
  screen.line(`Number ${String(free[0])} is free again (${held}), and the next instance gets it.`);
  return true;
}
