import type { Clock } from '../../shared/runtime';
import type { Release } from '../contracts/inputs';
import { isLeaving } from '../domain/lifecycle';
import type { SettingsStore } from '../ports/aws';
import { releaseInstance } from '../executions/release-instance';
import { OperationRefused } from './operation-refused';
import { findSubject, isHeldByHook, type Subject, type SubjectDeps, type InstanceReference } from './subject';

export interface AbandonDeps extends SubjectDeps {
  settings: SettingsStore;
  clock: Clock;
  /** Of the state machine of releases. */
  releaseArn: string;
}

export interface AbandonResult {
  readonly action: 'releasing' | 'none';
  readonly name: string;
  /** ARN of the release's execution. */
  readonly execution: string;
  readonly reason: string;
}

/**
 * Abandons an instance whose launch has not succeeded: a release removes its targets, its name and its number, in this
 * order, and completes its lifecycle action with ABANDON, so that its group terminates and replaces it. A launch that
 * still runs is stopped. An open breaker does not prevent this; it stops only what Muster does by itself.
 *
 * @throws OperationRefused for an instance that no launch hook holds: its group would not terminate it, and it would
 *   continue to run without number and name. To release it, terminate it in its group.
 */
export async function abandon(deps: AbandonDeps, who: InstanceReference): Promise<AbandonResult> {
  const subject = await findSubject(deps, who);
  const { name, launch } = subject;
  refuseUnlessHeld(subject);
  const lifecycle = await actionOf(deps, subject);
  const { group, instanceId } = subject;
  const release: Release = { group, instanceId, reason: 'abandoned', lifecycle };
  const running = launch?.status === 'RUNNING' ? { launchExecution: launch.arn } : {};
  const started = await releaseInstance(deps, release, `an operator has abandoned ${name}`, running);
  if (started.action === 'exists') {
    return { action: 'none', name, execution: started.execution, reason: started.reason };
  }
  const { execution } = started;
  return { action: 'releasing', name, execution, reason: `${name} is being released; its group replaces it` };
}

function refuseUnlessHeld(subject: Subject): void {
  const { name, group, state, launch, member, instanceId } = subject;
  if (state === undefined) {
    throw new OperationRefused(
      `${name} is no longer in ${group}: what it holds is released automatically when it has ended`,
    );
  }
  if (isLeaving(state))
    throw new OperationRefused(`${name} is leaving ${group} (${state}): it is released automatically`);
  const inService = launch?.status === 'SUCCEEDED' || member?.phase === 'in-service';
  if (inService) {
    throw new OperationRefused(`the launch of ${name} has succeeded: to be rid of it, terminate it in its group`);
  }
  if (!isHeldByHook(subject)) {
    throw new OperationRefused(
      `no lifecycle action waits for ${name} (${state}): terminate ${instanceId} in ${group}, and what it holds is released`,
    );
  }
}

async function actionOf({ settings }: AbandonDeps, subject: Subject): Promise<Release['lifecycle']> {
  const known = subject.launch?.input?.lifecycle;
  const hookName = known?.hookName ?? (await settings.read(subject.group)).launchHook;
  return { hookName, token: known?.token ?? null, result: 'ABANDON' };
}
