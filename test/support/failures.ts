import type { Lab } from '../../infra/lab/systems/fleet/lab';
import { stateOf } from './run-lab';

type Result = 'SUCCESS' | 'FAILURE';

/** What the builds of a job come to, one after the other, 20 s each; after the last of these they succeed. */
export function buildsEndAs(lab: Lab, job: 'provision' | 'deploy', ...results: readonly Result[]): void {
  const left = [...results];
  setBuilds(lab, job, () => left.shift() ?? 'SUCCESS');
}

/** All builds of a job from now on. */
export function allBuilds(lab: Lab, job: 'provision' | 'deploy', result: Result): void {
  setBuilds(lab, job, () => result);
}

function setBuilds(lab: Lab, job: 'provision' | 'deploy', result: () => Result): void {
  lab.jenkins?.updateJob(lab.jobs[job], {
    behaviour: {
      durationMs: 20_000,
      result,
      log: () => ['step one', 'step two'],
      ending: (_, ended) => (ended === 'SUCCESS' ? [] : ['smoke test: connection refused']),
    },
  });
}

/** What people have been told, oldest first. */
export function told(lab: Lab): { subject: string; text: string }[] {
  return lab.region.topics.published
    .filter(({ topicArn }) => topicArn === lab.muster.topicArn)
    .map(({ subject = '', message }) => ({ subject, text: message }));
}

/** Lets `minutes` pass. */
export function minutes(lab: Lab, count: number): Promise<void> {
  return lab.clock.advance(count * 60_000);
}

/** Everything that an instance can leave behind: all of it empty when it is gone and nothing is left. */
export async function traces(lab: Lab, instanceId: string, group = 'web') {
  const { members, holds, reserves } = await lab.ledger.records(group);
  const is = (one: { instanceId: string }) => one.instanceId === instanceId;
  const targets = lab.region.elasticLoadBalancing.world.targetGroups.flatMap((one) => [...one.targets.values()]);
  const owner = `instance=${instanceId}`;
  return {
    state: stateOf(lab, instanceId),
    records: [...members, ...holds, ...reserves].filter(is).length,
    dns: lab.region.route53.world.zones.flatMap((zone) =>
      zone.records
        .from(undefined, undefined, 10_000)
        .filter(({ values }) => values.some((value) => value.includes(owner)))
        .map(({ name }) => name),
    ),
    targets: targets.filter((one) => is(one) && one.drainingUntil === undefined).length,
  };
}

export const nothing = { state: undefined, records: 0, dns: [], targets: 0 };
