import { Draws } from '../draws';
import { actionsOfKinds } from './actions-of-kinds';
import {
  alive,
  badEnds,
  endedLaunchOf,
  executionsOf,
  inService,
  pickOf,
  scalingOf,
  withOne,
  type Cast,
  type Scene,
} from './scene';
import type { Action, ActionName, PlainAction } from '../plan';

/** Does to the world what the schedule says. What is not possible just now is not done. */
export function perform(cast: Cast, action: Action): void {
  const { world } = cast;
  const group = pickOf(world.groups, action.draw);
  if (group === undefined) return;
  world.see({ kind: 'action', what: `${action.what} (${group.plan.name}, ${action.extent.toFixed(3)})` });
  try {
    performers[action.what]({ ...cast, group, name: group.plan.name, ...action });
  } catch (error) {
    // What AWS refuses to every caller: a size beyond its bounds, a move out of the wrong state.
    if (!(error instanceof Error) || !['ValidationError', 'InstanceStateWrong'].includes(error.name)) throw error;
  }
}

const plainPerformers: Record<PlainAction, (scene: Scene) => void> = {
  'scale-to': ({ world, name, group, extent }) => {
    const { maxSize, weight = 1 } = group.plan;
    scalingOf(world).setDesiredCapacity(name, Math.floor(extent * (maxSize + 1)) * weight);
  },
  ambush: (scene) => ambush(scene),
  'terminate-one': (scene) =>
    withOne(scene, alive, ({ id }) => scalingOf(scene.world).terminateInstance(id, { decrement: false })),
  'terminate-and-shrink': (scene) =>
    withOne(scene, alive, ({ id }) => scalingOf(scene.world).terminateInstance(id, { decrement: true })),
  'enter-standby': (scene) =>
    withOne(scene, inService, ({ id, group }) =>
      scalingOf(scene.world).standby.enterStandby(group, [id], scene.extent < 0.5),
    ),
  'exit-standby': (scene) =>
    withOne(
      scene,
      (one) => one.state === 'Standby',
      ({ id, group }) => scalingOf(scene.world).standby.exitStandby(group, [id]),
    ),
  'spot-interruption': (scene) => withOne(scene, alive, ({ id }) => scalingOf(scene.world).interruptSpot(id)),
  'instance-dies': (scene) => withOne(scene, alive, ({ id }) => scene.world.lab.region.ec2.world.terminate(id)),
  'instance-stops': (scene) => withOne(scene, alive, ({ id }) => scene.world.lab.region.ec2.world.stop(id)),
  'root-volume': (scene) =>
    withOne(scene, inService, ({ id }) => {
      scene.redeployments?.rootVolumeGoes(scene.name, id);
      scalingOf(scene.world).replaceRootVolume(id);
    }),
  'launches-refused': ({ world, extent }) => {
    const { ec2 } = world.lab.region;
    ec2.world.refuseLaunches('We currently do not have sufficient capacity in the Availability Zone you requested.');
    world.clock.after(extent * 600_000, () => ec2.world.refuseLaunches(undefined));
  },
  'builds-fail': ({ world, builds, extent }) => {
    builds.failUntil = world.clock.millis() + extent * 1_200_000;
  },
  'builds-hang': ({ world, builds, extent }) => {
    builds.hangUntil = world.clock.millis() + extent * 600_000;
  },
  'app-is-late': ({ world, builds, extent }) => {
    builds.lateUntil = world.clock.millis() + 900_000;
    builds.lateSeconds = Math.round(extent * 400);
  },
  'jenkins-restart': ({ world, extent }) =>
    world.lab.jenkins?.restart({ downForMs: 20_000 + extent * 400_000, refusedForMs: extent * 60_000 }),
  'jenkins-crash': ({ world, extent }) => world.lab.jenkins?.crash({ downForMs: 20_000 + extent * 200_000 }),
  'jenkins-outage': ({ world, extent, draw }) =>
    world.lab.jenkins?.outage({
      kind: pickOf(['refused', 502, 503, 504] as const, draw) ?? 502,
      forMs: extent * 900_000,
    }),
  'directory-blip': ({ world, extent, draw }) =>
    world.lab.jenkins?.faults.realmOutage({
      forMs: extent * 120_000,
      status: pickOf([401, 403, 404, 500] as const, draw) ?? 401,
    }),
  'reconciler-outage': ({ world, extent }) => {
    const { reconciler } = world.lab.muster;
    reconciler.disable();
    world.clock.after(extent * 900_000, () => reconciler.enable());
  },
  'operator-retries': (scene) => operate(scene, 'retry', heldOrAny(scene)),
  'operator-abandons': (scene) => operate(scene, 'abandon', heldOrAny(scene)),
  'operator-holds': (scene) => operate(scene, 'hold', heldOrAny(scene)),
  'operator-resumes': (scene) => operate(scene, 'resume', ''),
  'console-redrives': (scene) => redriveSome(scene),
  'console-stops': ({ world, draw }) => {
    const running = executionsOf(world, world.lab.muster.stateMachineArn, ['RUNNING']);
    const executionArn = pickOf(running, draw);
    if (executionArn !== undefined) world.lab.muster.engine.stopExecution({ executionArn });
  },
  'event-again': ({ world, draw }) => {
    const { bus } = world.lab.region;
    const event = pickOf(bus.published, draw);
    if (event !== undefined) bus.deliver(event);
  },
  'stranger-takes-name': ({ foreign, name, extent }) => void foreign.takeName(name, Math.floor(extent * 6)),
  'stranger-gives-name-back': ({ foreign }) => foreign.giveNamesBack(),
  'listener-rule-gone': ({ world, group, extent }) => {
    const [arn] = group.targetGroups;
    if (arn === undefined) return;
    const { world: balancing } = world.lab.region.elasticLoadBalancing;
    balancing.changeTargetGroup(arn, { hasListenerRule: false });
    world.clock.after(extent * 600_000, () => balancing.changeTargetGroup(arn, { hasListenerRule: true }));
  },
  'wrong-job-in-settings': (scene) => {
    const { group, extent } = scene;
    const { provision } = group.settings;
    if (provision === undefined) return;
    const spoilt = { ...group.settings, provision: { ...provision, job: 'platform/no-such-job' } };
    spoil(scene, spoilt, extent * 600_000);
  },
  'settings-broken': (scene) => spoil(scene, { ...scene.group.settings, holdMinutes: -1 }, scene.extent * 300_000),
};

const performers: Record<ActionName, (scene: Scene) => void> = { ...plainPerformers, ...actionsOfKinds };

/** What a person has written into a group's parameter is put right again later, unless the group has been taken out. */
function spoil({ world, group, name, redeployments }: Scene, settings: object, forMs: number): void {
  const isThere = () => redeployments?.isOut(name) !== true;
  if (!isThere()) return;
  world.lab.settings.put(name, settings);
  world.clock.after(forMs, () => {
    if (isThere()) world.lab.settings.put(name, group.settings);
  });
}

const ambushed = [
  'Claim index',
  'Tag instance',
  'Register DNS',
  'Register DNS',
  'Await DNS',
  'Provision',
  'Deploy',
  'Register targets',
  'Register targets',
  'Await healthy',
  'Put in service',
  'Put in service',
] as const;
const blows = ['terminate', 'terminate', 'spot', 'die', 'stop', 'abandon', 'crash', 'redrive'] as const;
type Blow = (typeof blows)[number];

/** Where each blow hurts most. */
function ambushedBy(blow: Blow): readonly [string, ...string[]] {
  // A request has just gone to Jenkins: its queue is lost, and the ids in it are given out again.
  if (blow === 'crash') return ['Provision', 'Deploy'];
  // A release takes everything back, and an operator lets the launch continue.
  if (blow === 'redrive') return ['Await drained', 'Remove DNS', 'Complete release', 'Free index'];
  return ambushed;
}

/** Waits for the next launch of the group that comes to a certain state, and strikes within the next two seconds. */
function ambush(scene: Scene): void {
  const { world, name, extent } = scene;
  const draws = new Draws('ambush', extent);
  const blow = draws.pick(blows);
  const state = draws.pick(ambushedBy(blow));
  let isOver = false;
  world.watch((seen) => {
    if (
      isOver ||
      world.isQuiet ||
      seen.kind !== 'history' ||
      seen.notice.event.stateEnteredEventDetails?.name !== state
    )
      return;
    const id = new RegExp(`^${name}_(i-[0-9a-f]+)_`).exec(seen.notice.name)?.[1];
    if (id === undefined || (blow === 'redrive' && endedLaunchOf(world, id) === undefined)) return;
    isOver = true;
    world.clock.after(draws.whole(0, 2_000), () => {
      world.see({ kind: 'action', what: `ambush of ${id} at ${state}: ${blow}` });
      strike(scene, blow, id, seen.notice.executionArn);
    });
  });
}

function strike({ world, name }: Scene, blow: Blow, id: string, executionArn: string): void {
  const { region, muster, jenkins } = world.lab;
  switch (blow) {
    case 'terminate': {
      const instance = region.autoScaling.world.member(id);
      if (instance !== undefined && alive(instance))
        region.autoScaling.world.terminateInstance(id, { decrement: false });
      return;
    }
    case 'spot':
      region.autoScaling.world.interruptSpot(id, { warningMs: 2_000 });
      return;
    case 'die':
      region.ec2.world.terminate(id);
      return;
    case 'stop':
      muster.engine.stopExecution({ executionArn });
      return;
    case 'abandon':
      void world.functions
        .operator(`abandon ${name} ${id}`, () => muster.operations.abandon({ group: name, instance: id }))
        .catch(() => undefined);
      return;
    case 'crash':
      jenkins?.crash({ downForMs: 30_000 });
      return;
    case 'redrive': {
      const launch = endedLaunchOf(world, id);
      if (launch !== undefined) muster.engine.redriveExecution({ executionArn: launch });
    }
  }
}

/** Operators repeat what fails on its way; what is refused they leave. */
function operate(
  { world, name, extent }: Scene,
  what: 'retry' | 'abandon' | 'hold' | 'resume',
  instance: string,
): void {
  const { operations } = world.lab.muster;
  const who = { group: name, instance };
  const command = (): Promise<unknown> => {
    if (what === 'resume') return operations.resume({ group: name });
    if (what === 'hold') return operations.hold({ ...who, minutes: 1 + Math.floor(extent * 120) });
    return operations[what](who);
  };
  void world.functions.operator(`${what} ${name} ${instance}`, command).catch(() => undefined);
}

/** Mostly a member on hold; else any member with a name. */
function heldOrAny({ world, name, extent }: Scene): string {
  const held = [...world.observedLedger.holds.values()].filter(({ group }) => group === name);
  if (held.length > 0) return pickOf(held, extent)?.instanceId ?? '';
  return pickOf(world.observedLedger.members(name), extent)?.name ?? 'nobody';
}

/** Any execution that has not ended well, however long ago, of whichever machine: people press that button. */
function redriveSome({ world, draw, extent }: Scene): void {
  const { engine, stateMachineArn, releaseArn } = world.lab.muster;
  const executionArn = pickOf(executionsOf(world, extent < 0.8 ? stateMachineArn : releaseArn, badEnds), draw);
  if (executionArn !== undefined) engine.redriveExecution({ executionArn });
}
