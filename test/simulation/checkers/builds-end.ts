import type { Holder } from '../../../functions/fleet/ports/ledger';
import type { Build } from '../../../infra/lab/jenkins';
import { stillRuns } from '../runs';
import type { World } from '../world';
import type { Checker } from './checker';

/** When an instance's index was freed (ms), and what is said of it in the index's history. */
interface Freed {
  readonly at: number;
  readonly reason: string;
}

export const buildsEnd: Checker = {
  name: 'builds-end',
  holds:
    'when an index is freed no build of its holder runs, and none begins later, unless it is said that it was left',
  watch: ({ world }, violate) => {
    const builds: Build[] = [];
    const freed = new Map<string, Freed>();
    return (seen) => {
      if (seen.kind === 'call' && seen.name === 'ledger.free' && seen.output === true) {
        const [{ group, instanceId, index }, reason] = seen.input as [Holder, string];
        freed.set(instanceId, { at: world.clock.millis(), reason });
        for (const build of builds.filter(({ parameters }) => parameters.INSTANCE === instanceId)) {
          if (stillRuns(world, build) && !isSaid(build, reason))
            violate(`index ${index} of ${group} was freed while ${nameOf(build)} still runs`);
        }
      }
      if (seen.kind !== 'build-started') return;
      const { build } = seen;
      builds.push(build);
      const end = freed.get(build.parameters.INSTANCE ?? '');
      if (end === undefined || isSaid(build, end.reason) || !isOfBefore(world, build, end.at)) return;
      violate(`${nameOf(build)} was begun ${(world.clock.millis() - end.at) / 1000} s after its index was freed`);
    };
  },
};

/** One that was in a warm pool in the meantime has another launch by now. */
function isOfBefore({ lab }: World, build: Build, at: number): boolean {
  const [executionArn = ''] = correlationOf(build).split('/');
  const { startDate } = lab.muster.engine.describeExecution({ executionArn });
  return (startDate?.getTime() ?? 0) <= at;
}

function isSaid(build: Build, reason: string): boolean {
  return reason.includes(`may still run (${correlationOf(build)})`);
}

function correlationOf({ parameters }: Build): string {
  return parameters.MUSTER_BUILD ?? '';
}

function nameOf(build: Build): string {
  return `${build.job} #${build.number} (${correlationOf(build)})`;
}
