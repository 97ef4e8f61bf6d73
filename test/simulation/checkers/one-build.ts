import type { Build } from '../../../infra/lab/jenkins';
import type { BuildRecord } from '../../../functions/fleet/ledger/records';
import { recordOf, recordsOf, stillRuns } from '../runs';
import type { World } from '../world/world';
import type { Checker } from './checker';

export const oneBuild: Checker = {
  name: 'one-build',
  holds:
    'an attempt has one build, and the next attempt of a launch begins only when the last one is over without success',
  watch: ({ world, neighbour }, violate) => {
    const builds = new Map<string, Build>();
    const located = new Set<string>();
    return (seen) => {
      if (seen.kind === 'call' && seen.name === 'ledger.saveBuild' && seen.error === undefined) {
        const record = (seen.input as readonly unknown[]).at(-1) as BuildRecord;
        if (record.trace?.queueId !== undefined) located.add(record.correlation);
      }
      // What Jenkins has forgotten, as it does when it is killed or restored, before anything of it was on record, cannot
      // be told from a request that never arrived.
      if (seen.kind === 'queued' && recordsOf(world, seen.request).length === 0) {
        const attempt = seen.request.parameters.MUSTER_BUILD ?? '';
        if (!located.has(attempt)) builds.delete(attempt);
      }
      if (seen.kind !== 'build-started') return;
      const { build } = seen;
      // Its attempts may be forgotten.
      if (world.observedLedger.unsure.has(build.parameters.INSTANCE ?? '')) return;
      const attempt = build.parameters.MUSTER_BUILD ?? '';
      const twin = builds.get(attempt);
      if (twin !== undefined) violate(`${attempt} has two builds, ${build.job} #${twin.number} and #${build.number}`);
      builds.set(attempt, build);
      if (neighbour?.isItsExecution(attempt) === true) return;
      const [, launch = '', execution = '', number = '0'] = /^(([^/]*)\/\w+)\/(\d+)$/.exec(attempt) ?? [];
      const attempts = [...builds.keys()].filter((other) => other.startsWith(`${launch}/`)).length;
      if (attempts > 1 + redrivesOf(world, execution))
        violate(`${launch} has ${attempts} builds, and was redriven ${redrivesOf(world, execution)} times`);
      for (let earlier = 1; earlier < Number(number); earlier += 1) {
        const before = builds.get(`${launch}/${earlier}`);
        // A build shows how it is now.
        if (before?.building === true && stillRuns(world, before))
          violate(`${attempt} was begun while #${before.number} of ${launch} still runs`);
        // A success whose record is lost cannot be known.
        if (before?.building === false && before.result === 'SUCCESS' && recordOf(world, before) !== undefined)
          violate(`${attempt} was begun although #${before.number} of ${launch} has succeeded`);
      }
    };
  },
};

function redrivesOf({ lab }: World, executionArn: string): number {
  return lab.muster.engine.describeExecution({ executionArn }).redriveCount ?? 0;
}
