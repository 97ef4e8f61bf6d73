import { Builds } from './world/builds';
import { checkers } from './checkers';
import { unsettled } from './checkers/settles';
import { DetachedInstances } from './world/detached-instances';
import { Losses } from './world/losses';
import { Neighbour } from './world/neighbour';
import { perform } from './world/perform';
import type { Cast } from './world/scene';
import type { Violation } from './world/observe';
import type { Plan } from './plan';
import { Redeployments } from './world/redeployments';
import { comeAndGo } from './world/stays';
import { ForeignResources } from './world/foreign-resources';
import { World, type WorldOptions } from './world/world';

export interface Outcome {
  readonly seed: number;
  readonly violation: Violation | undefined;
  /** Of everything that happened, in its order. */
  readonly digest: string;
  readonly observations: number;
  /** Ids of the faults that happened. */
  readonly faults: readonly string[];
  /** How long it took until everything was settled after the faults had ended, in minutes of virtual time. */
  readonly settledAfter: number;
  readonly launches: number;
  readonly lines: readonly string[] | undefined;
}

const minute = 60_000;

/**
 * Within this time after the last fault everything has to be settled, in minutes. The longest that anything waits: a
 * release that has failed again and again is tried again after four hours.
 */
const patience = 6 * 60;

/** Runs one world from its beginning: first anything may break; then nothing does, and everything has to settle. */
export async function simulate(plan: Plan, options: WorldOptions = {}): Promise<Outcome> {
  const world = await World.create(plan, options);
  let neighbour: Neighbour | undefined;
  try {
    neighbour = plan.kinds.includes('neighbour') ? await Neighbour.create(world) : undefined;
    const cast: Cast = {
      world,
      builds: new Builds(world),
      foreign: new ForeignResources(world),
      detached: new DetachedInstances(world),
      neighbour,
      losses: new Losses(world),
      redeployments: world.iam && new Redeployments(world, world.iam),
    };
    for (const checker of checkers) {
      const check = checker.watch(cast, (what) => world.violate(checker.name, what));
      world.watch(check);
    }
    addJenkinsFaults(cast);
    await unrest(cast);
    heal(cast);
    if (plan.kinds.includes('many-stays')) await beginStays(cast);
    const settledAfter = await settle(cast);
    return {
      seed: plan.seed,
      violation: world.violation,
      digest: world.journal.digest(),
      observations: world.journal.count,
      faults: world.firedFaults,
      settledAfter,
      launches:
        world.lab.muster.engine.listExecutions({ stateMachineArn: world.lab.muster.stateMachineArn }).executions
          ?.length ?? 0,
      lines: world.journal.lines,
    };
  } finally {
    await neighbour?.lab.close();
    await world.lab.close();
  }
}

/** They are of a group in which all is well: of one whose ledger was lost, people have done what there is to do before. */
async function beginStays(cast: Cast): Promise<void> {
  if (cast.world.plan.kinds.includes('lost-ledger')) {
    cast.losses.restoreNow();
    await settle(cast);
  }
  await comeAndGo(cast.world, cast.neighbour);
}

async function unrest(cast: Cast): Promise<void> {
  const { world } = cast;
  const { clock, plan } = world;
  const began = clock.millis();
  const until = async (at: number) => {
    const left = began + at - clock.millis();
    if (left > 0) await clock.runUntil(() => world.violation !== undefined, left);
    // `runUntil` stops at the last timer before its limit.
    if (world.violation === undefined && began + at > clock.millis()) await clock.advance(began + at - clock.millis());
  };
  for (const action of plan.actions) {
    await until(action.at * 1000);
    if (world.violation !== undefined) return;
    perform(cast, action);
  }
  await until(plan.minutes * minute);
}

/** On the way to Jenkins and back; there each request has the same chance, by the stand-in's own draws. */
function addJenkinsFaults({ world }: Cast): void {
  const { jenkins } = world.lab;
  const { unread, unheard, 'bad-gateway': badGateway, truncated, oops } = world.plan.rates;
  const times = Number.POSITIVE_INFINITY;
  const add = (
    chance: number | undefined,
    rule: Omit<Parameters<NonNullable<typeof jenkins>['faults']['add']>[0], 'chance' | 'times'>,
  ) => {
    if (chance !== undefined) jenkins?.faults.add({ ...rule, chance, times });
  };
  add(unread, { answer: 'reset', processed: false });
  add(unheard, { answer: 'reset', processed: true });
  add(badGateway, { answer: 502, processed: true });
  add(oops, { answer: 500, processed: false });
  add(truncated, {
    answer: ({ headers, body }) => ({ status: 200, headers, body: body.slice(0, body.length / 2) }),
  });
}

/** Everything works again, and every part does what is right. */
function heal({ world, builds, foreign, detached, neighbour, losses, redeployments }: Cast): void {
  const { lab } = world;
  world.see({ kind: 'action', what: 'the faults end' });
  world.chaos.end();
  builds.repair();
  foreign.giveNamesBack();
  foreign.takeValuesBack();
  neighbour?.leave();
  lab.region.bus.setDelivery({});
  lab.region.topics.setDelivery({});
  lab.region.ec2.world.refuseLaunches(undefined);
  lab.jenkins?.endOutage();
  lab.jenkins?.faults.clear();
  lab.muster.reconciler.enable();
  bringBackEnded(world);
  redeployments?.end();
  for (const { plan, settings, targetGroups } of world.groups) {
    lab.settings.put(plan.name, settings);
    for (const arn of targetGroups)
      lab.region.elasticLoadBalancing.world.changeTargetGroup(arn, { hasListenerRule: true });
  }
  losses.replaceUnknown(detached, redeployments);
}

/**
 * Lets time pass until everything is settled, and holds it against that. Then an operator retries whatever is on hold,
 * and closes the breakers: with nothing broken any more all of it has to end in service.
 */
async function settle(cast: Cast): Promise<number> {
  const { world } = cast;
  const began = world.clock.millis();
  await waitUntilSettled(cast, 'settles', false, began);
  if (world.violation === undefined) {
    // Who has left its group held its number up to here; now that must end.
    cast.detached.end();
    const now = world.clock.millis();
    await waitUntilSettled(cast, 'retried', true, now);
  }
  return (world.clock.millis() - began) / minute;
}

async function waitUntilSettled(cast: Cast, checker: string, retries: boolean, began: number): Promise<void> {
  const { world } = cast;
  const { clock } = world;
  let left = unsettled(cast, retries);
  for (let round = 0; left.length > 0 && world.violation === undefined; round += 1) {
    if (clock.millis() - began > patience * minute) {
      world.violate(checker, `not settled ${String(patience)} min after the last fault: ${left.join('; ')}`);
      return;
    }
    if (retries && round % 10 === 0) await retryAll(cast);
    if (round % 30 === 0) cast.losses.replaceUnknown(cast.detached, cast.redeployments);
    await clock.advance(minute);
    left = unsettled(cast, retries);
  }
}

/**
 * Who is dead cannot be brought into service: some groups do not notice before the hook has ended. And who has a name of
 * earlier settings may not be named any more: the message says so, and what to do.
 */
async function retryAll({ world }: Cast): Promise<void> {
  const { operations } = world.lab.muster;
  for (const { plan } of world.groups) await operations.resume({ group: plan.name });
  for (const { group, instanceId, error, reason } of [...world.observedLedger.holds.values()]) {
    const { ec2, autoScaling } = world.lab.region;
    const state = ec2.world.find(instanceId)?.state.current ?? 'terminated';
    const rests = /^Warmed:(Stopped|Hibernated)/.test(autoScaling.world.member(instanceId)?.state ?? '');
    const isHopeless = error === 'NotPermitted' && reason.includes('muster abandon');
    const what = (state === 'running' || state === 'pending' || rests) && !isHopeless ? 'retry' : 'abandon';
    await operations[what]({ group, instance: instanceId }).catch(() => undefined);
  }
}

/**
 * In Standby nothing sees that an instance has ended, until it is moved out of it. A group that is at its maximum takes
 * none back: people would raise that first.
 */
function bringBackEnded(world: World): void {
  const { autoScaling, ec2 } = world.lab.region;
  for (const { plan } of world.groups) {
    const group = autoScaling.world.group(plan.name);
    for (const { id, state } of [...group.instances.values()]) {
      if (state !== 'Standby' || ec2.world.find(id)?.state.current !== 'terminated') continue;
      group.maxSize = Math.max(group.maxSize, group.desired + 1);
      autoScaling.world.standby.exitStandby(group, [id]);
    }
  }
}
