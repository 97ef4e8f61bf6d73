import type { Claim, Holder } from '../../../functions/fleet/ledger/port';
import type { Build } from '../../../infra/lab/jenkins';
import { stillRuns } from '../runs';
import type { Checker } from './checker';

/** When an instance's index was freed (ms), and what is said of it in the index's history. */
interface FreedIndex {
  readonly at: number;
  /** What had been seen by then, as a count: for things of the same instant. */
  readonly after: number;
  readonly reason: string;
}

export const buildsEnd: Checker = {
  name: 'builds-end',
  holds:
    'when an index is freed no build of its holder runs, and none begins later, unless it is said that it was left',
  watch: ({ world }, violate) => {
    const builds: Build[] = [];
    const freed = new Map<string, FreedIndex>();
    let count = 0;
    /** When executions began or claimed an index: after their instance's last one was freed, their builds are of a new stay. */
    const begun = new Map<string, number>();
    return (seen) => {
      count += 1;
      if (seen.kind === 'history' && seen.notice.event.type === 'ExecutionStarted')
        begun.set(seen.notice.executionArn, count);
      if (seen.kind === 'call' && seen.name === 'ledger.claim' && seen.output === 'claimed')
        begun.set((seen.input as Claim).execution, count);
      if (seen.kind === 'call' && seen.name === 'ledger.free' && seen.output === true) {
        const [{ group, instanceId, index }, reason] = seen.input as [Holder, string];
        if (world.observedLedger.unsure.has(instanceId)) return;
        freed.set(instanceId, { at: world.clock.millis(), after: count, reason });
        for (const build of builds.filter(({ parameters }) => parameters.INSTANCE === instanceId)) {
          if (stillRuns(world, build) && !isSaid(build, reason))
            violate(`index ${index} of ${group} was freed while ${nameOf(build)} still runs`);
        }
      }
      if (seen.kind !== 'build-started') return;
      const { build } = seen;
      builds.push(build);
      const end = freed.get(build.parameters.INSTANCE ?? '');
      if (end === undefined || isSaid(build, end.reason)) return;
      if ((begun.get(executionOf(build)) ?? 0) > end.after) return;
      violate(`${nameOf(build)} was begun ${(world.clock.millis() - end.at) / 1000} s after its index was freed`);
    };
  },
};

function isSaid(build: Build, reason: string): boolean {
  return reason.includes(`may still run (${correlationOf(build)})`);
}

function correlationOf({ parameters }: Build): string {
  return parameters.MUSTER_BUILD ?? '';
}

function executionOf(build: Build): string {
  return correlationOf(build).split('/')[0] ?? '';
}

function nameOf(build: Build): string {
  return `${build.job} #${build.number} (${correlationOf(build)})`;
}
