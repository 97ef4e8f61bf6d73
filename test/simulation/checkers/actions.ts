import type { CompleteLifecycleActionCommandInput } from '@aws-sdk/client-auto-scaling';
import type { Launch, Release } from '../../../functions/fleet/contracts/inputs';
import { actionsSeen, type OpenedAction } from '../world/actions-seen';
import type { ServiceCall } from '../world/observe';
import type { Cast } from '../world/scene';
import type { Checker } from './checker';
import { remainingOf } from '../world/remaining-resources';

export const actions: Checker = {
  name: 'right-action',
  holds:
    'no lifecycle action is completed against its meaning: another one, with another result, or while something of the instance is left',
  watch: (cast, violate) => {
    const opened = actionsSeen(cast.world);
    return (seen) => {
      opened.note(seen);
      if (seen.kind !== 'call' || seen.error !== undefined || seen.name !== 'autoScaling.completeLifecycleAction')
        return;
      const input = seen.input as CompleteLifecycleActionCommandInput;
      const action = opened.byToken(seen.open?.[input.LifecycleHookName ?? ''] ?? '');
      const wrong = action === undefined ? 'that action is not known' : wrongWith(cast, seen, input, action);
      if (wrong !== undefined)
        violate(
          `${input.InstanceId ?? ''}: ${input.LifecycleHookName ?? ''} was completed with ${input.LifecycleActionResult ?? ''} by ${seen.by?.key ?? 'no function'}: ${wrong}`,
        );
    };
  },
};

interface Payload {
  readonly launch?: Launch;
  readonly release?: Release;
  readonly run: { readonly execution: string };
}

function wrongWith(
  cast: Cast,
  { by }: ServiceCall,
  input: CompleteLifecycleActionCommandInput,
  action: OpenedAction,
): string | undefined {
  if (input.LifecycleActionToken !== undefined && input.LifecycleActionToken !== action.token)
    return 'another token was meant';
  const { launch, release, run } = by?.payload as Payload;
  const { startDate } = cast.world.lab.muster.engine.describeExecution({ executionArn: run.execution });
  const subject = launch ?? release;
  if (subject?.instanceId !== action.instanceId) return 'it is another instance’s';
  const known = subject.lifecycle?.token;
  if (typeof known === 'string' && known !== action.token) return 'its execution serves another action';
  // By the instance alone it may be another action by the time when a call that was held up arrives.
  const isLate = input.LifecycleActionToken === undefined && (by?.faults ?? 0) > 0;
  if (!isLate && action.openedAt > (startDate?.getTime() ?? 0)) return 'the action began after its execution';
  if (launch !== undefined) return wrongForLaunch(launch, input, action);
  return release && (wrongForRelease(release, input, action) ?? leftBehind(cast, release));
}

function wrongForLaunch(
  launch: Launch,
  input: CompleteLifecycleActionCommandInput,
  action: OpenedAction,
): string | undefined {
  if (!action.isLaunch) return 'it is a terminate action';
  if (input.LifecycleActionResult !== 'CONTINUE') return 'a launch never abandons by itself';
  const { origin, destination, startedBy } = launch;
  // Where it came from only the event tells; without it the ledger does, unless what it held was taken back.
  const isKnown = startedBy === 'lifecycle-event' || startedBy === 'notification';
  if ((isKnown && origin !== action.origin) || destination !== action.destination)
    return `the launch goes from ${origin} to ${destination}, the action from ${action.origin} to ${action.destination}`;
  return undefined;
}

function wrongForRelease(
  release: Release,
  input: CompleteLifecycleActionCommandInput,
  action: OpenedAction,
): string | undefined {
  const expected = {
    'scale-in': { isLaunch: false, result: 'CONTINUE' },
    abandoned: { isLaunch: true, result: 'ABANDON' },
    orphan: undefined,
    'to-warm-pool': { isLaunch: false, result: 'CONTINUE' },
    'root-volume': { isLaunch: false, result: 'CONTINUE' },
  }[release.reason];
  if (expected?.isLaunch !== action.isLaunch) return `a release '${release.reason}' does not complete such an action`;
  if (expected.result !== input.LifecycleActionResult)
    return `a release '${release.reason}' ends with ${expected.result}`;
  if (!action.isLaunch && (release.reason === 'to-warm-pool') !== (action.destination === 'WarmPool'))
    return `the action goes to ${action.destination}`;
  return undefined;
}

/** Before an instance is released, no load balancer and no name leads to it any more. */
function leftBehind(cast: Cast, { group, instanceId, reason }: Release): string | undefined {
  if (cast.world.observedLedger.unsure.has(instanceId)) return undefined;
  const left = remainingOf(cast.world, group, instanceId);
  // Its group has drained it on scale-in; of a launch that is abandoned nothing else lets the connections end.
  const draining = reason === 'abandoned' ? left.draining : [];
  const kept = reason === 'root-volume' ? left.targets : [...left.targets, ...draining, ...left.names];
  return kept.length === 0 ? undefined : `there is still ${kept.join(', ')}`;
}
