import { otherJob } from './builds';
import { endedLaunchOf, inService, pickOf, withOne, type Scene } from './scene';
import type { KindAction } from '../plan';

// Of no two groups may the names be the same.
const patterns = ['h{index:04}-{group}', '{group}-{index}', '{group}-{index:02}'] as const;

/** What is done in worlds of a kind. What is not possible just now is not done. */
export const actionsOfKinds: Record<KindAction, (scene: Scene) => void> = {
  'neighbour-scales': ({ neighbour, name, extent }) => neighbour?.scale(name, extent),
  'detach-one': (scene) =>
    withOne(
      scene,
      (one) => inService(one) || one.state === 'Standby',
      ({ id }) => scene.detached.detach(scene.name, id, scene.draw < 0.5),
    ),
  'attach-again': ({ detached, name, draw }) => detached.attachOne(name, draw),
  'ends-in-standby': (scene) =>
    withOne(
      scene,
      (one) => one.state === 'Standby',
      ({ id }) => scene.world.lab.region.ec2.world.terminate(id),
    ),
  'records-lost': ({ world, draw, extent }) => {
    const losses = { losesBuilds: draw < 0.5 ? 'freestyle' : 'all', losesQueue: extent < 0.5 } as const;
    world.lab.jenkins?.[extent < 0.7 ? 'crash' : 'restart']({ downForMs: 20_000 + draw * 100_000, ...losses });
  },
  'jenkins-restored': ({ world, draw, extent }) => {
    const { jenkins } = world.lab;
    const backup = jenkins?.backup();
    if (backup === undefined) return;
    world.clock.after(extent * 900_000, () => jenkins?.restore(backup, { downForMs: 20_000 + draw * 100_000 }));
  },
  'value-added': ({ foreign, name, draw, extent }) => foreign.addValue(name, draw, extent < 0.7 ? 'TXT' : 'A'),
  'pattern-changes': ({ redeployments, group, extent }) =>
    redeployments?.deploy(group, { pattern: pickOf(patterns, extent) }, extent),
  'zone-changes': ({ redeployments, group, extent }) =>
    redeployments?.deploy(group, { zone: extent < 0.6 ? 'other' : 'own' }, extent),
  'dns-taken-out': ({ redeployments, group, extent }) => redeployments?.deploy(group, { zone: 'none' }, extent),
  'target-group-taken-out': ({ redeployments, group, draw, extent }) => {
    const arn = pickOf(group.targetGroups, draw);
    redeployments?.deploy(group, { without: arn === undefined || extent < 0.3 ? [] : [arn] }, extent);
  },
  'group-taken-out': ({ redeployments, group, extent }) => redeployments?.takeOut(group, extent),
  'job-changes': ({ world, group, draw, redeployments }) => {
    const name = draw < 0.5 ? 'provision' : 'deploy';
    const job = group.settings[name];
    if (job === undefined || redeployments?.isOut(group.plan.name) === true) return;
    group.settings = { ...group.settings, [name]: { ...job, job: otherJob(job.job) } };
    world.lab.settings.put(group.plan.name, group.settings);
  },
  'ledger-lost': ({ losses }) => losses.lose(),
  'ledger-restored': ({ losses, world, extent }) => losses.restoreLater(extent * world.plan.minutes * 30_000),
  'values-taken-back': ({ foreign }) => foreign.takeValuesBack(),
  'redriven-while-released': (scene) => redriveWhileReleased(scene),
};

/** For as long as a release waits for the last steps of a launch, a person at the console may let that continue. */
const waitsMs = 90_000;

function redriveWhileReleased({ world, name, extent }: Scene): void {
  let isOver = false;
  world.watch((seen) => {
    if (isOver || world.isQuiet || seen.kind !== 'history') return;
    if (seen.notice.event.stateEnteredEventDetails?.name !== 'Deregister targets') return;
    const id = new RegExp(`^${name}_(i-[0-9a-f]+)_`).exec(seen.notice.name)?.[1];
    if (id === undefined || endedLaunchOf(world, id) === undefined) return;
    isOver = true;
    world.clock.after(extent * waitsMs, () => {
      const executionArn = endedLaunchOf(world, id);
      if (executionArn === undefined) return;
      world.see({ kind: 'action', what: `the launch of ${id} is redriven, and it is being released` });
      world.lab.muster.engine.redriveExecution({ executionArn });
    });
  });
}
