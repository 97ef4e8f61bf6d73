import type { Clock, Logger } from '../../../shared/runtime';
import type { Termination } from '../../contracts/events';
import type { Release } from '../../contracts/inputs';
import { admitTermination } from '../../domain/lifecycle';
import type { Ledger } from '../../ledger/port';
import type { SettingsStore, StepFunctions } from '../../ports/aws';
import { readSettingsIfAny, makeTrigger, type TriggerResult } from '../trigger';
import { releaseInstance } from '../../executions/release-instance';

interface Deps {
  settings: SettingsStore;
  ledger: Ledger;
  stepFunctions: StepFunctions;
  /** Of the state machine of releases. */
  stateMachineArn: string;
  clock: Clock;
  log: Logger;
}

/** Starts a release for each instance that is leaving its group, once, and ends its launch if that still runs. */
export const makeHandler = (deps: Deps) =>
  makeTrigger(deps, async (signal): Promise<TriggerResult> => {
    if (signal.kind !== 'termination') {
      return { action: 'ignored', name: 'NotATermination', reason: 'a launch releases nothing' };
    }
    const { termination } = signal;
    const settings = await readSettingsIfAny(deps.settings, termination.group);
    const admission = admitTermination(termination, settings);
    if (admission.action === 'ignore') return { action: 'ignored', name: 'NotOurs', reason: admission.reason };
    return start(deps, termination, admission.reason);
  });

async function start(deps: Deps, termination: Termination, reason: string): Promise<TriggerResult> {
  const { group, instanceId, lifecycle, why } = termination;
  const { hookName, token, since } = lifecycle;
  const release: Release = { group, instanceId, reason: why, lifecycle: { hookName, token, result: 'CONTINUE' } };
  const { stateMachineArn: releaseArn } = deps;
  const started = await releaseInstance({ ...deps, releaseArn }, release, `${instanceId} is leaving ${group}`, {
    since,
  });
  return started.action === 'exists'
    ? { action: 'ignored', name: 'Duplicate', reason: started.reason }
    : { action: 'started', reason, execution: started.execution };
}
