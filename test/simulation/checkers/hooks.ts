import { actionsSeen } from '../world/actions-seen';
import type { Checker } from './checker';

const minute = 60_000;

export const hooks: Checker = {
  name: 'hooks-are-kept',
  holds: 'no launch hook times out while the reconciler works and the hook has not come to its global limit',
  watch: ({ world }, violate) => {
    const opened = actionsSeen(world);
    /** Minutes in which a run of the reconciler without a fault was done. */
    const cleanRuns: number[] = [];
    return (seen) => {
      opened.note(seen);
      const now = world.clock.millis();
      if (seen.kind === 'ended' && seen.invocation.function === 'reconcile') {
        const { faults } = seen.invocation;
        if (seen.error === undefined && faults === 0) cleanRuns.push(Math.floor(now / minute));
      }
      if (seen.kind !== 'event') return;
      const token = /token (\S+) was abandoned: Heartbeat Timeout/.exec(String(seen.event.detail.StatusMessage))?.[1];
      const action = token === undefined ? undefined : opened.byToken(token);
      const group = action && world.group(action.group);
      if (action === undefined || group === undefined) return;
      const seconds = group.plan.heartbeatSeconds;
      if (now - action.openedAt >= Math.min(172_800, seconds * 100) * 1000) return;
      // Each instance has its minute in every fifteenth of the time-out; so many runs in a row contain it.
      const needed = Math.max(1, Math.floor(seconds / 60 / 15)) + 1;
      const from = Math.max(action.openedAt + 2 * minute, now - seconds * 1000);
      const runs = cleanRuns.filter((at) => at * minute > from && (at + 1) * minute < now);
      const inARow = runs.some((at, index) => runs[index + needed - 1] === at + needed - 1);
      if (inARow)
        violate(
          `the hook of ${action.instanceId} of ${action.group} timed out, and ${needed} runs of the reconciler in a row did not keep it`,
        );
    };
  },
};
