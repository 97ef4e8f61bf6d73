import type { Clock, Logger } from '../../../shared/runtime';
import type { Launch } from '../../contracts/inputs';
import { admitLaunch } from '../../domain/lifecycle';
import { launchPurpose, decideRepeat, isRunning } from '../../domain/redrive-or-new-attempt';
import { readLifecycleState } from '../../resources/instance';
import type { AutoScaling, SettingsStore, StepFunctions } from '../../ports/aws';
import type { Observations } from '../../ledger/records';
import { readSettingsIfAny, makeTrigger, type TriggerResult } from '../trigger';
import { startOnce } from '../../executions/start-once';

interface Deps {
  settings: SettingsStore;
  autoScaling: AutoScaling;
  stepFunctions: StepFunctions;
  stateMachineArn: string;
  /** Of attempts after the first. */
  ledger: Observations;
  clock: Clock;
  log: Logger;
}

/** Starts a scale-out for each launch in a message, once, even if the message comes repeatedly or in several forms. */
export const makeHandler = (deps: Deps) =>
  makeTrigger(deps, async (signal): Promise<TriggerResult> => {
    if (signal.kind !== 'launch') {
      return { action: 'ignored', name: 'NotALaunch', reason: 'an instance that leaves its group starts no launch' };
    }
    const { launch } = signal;
    const settings = await readSettingsIfAny(deps.settings, launch.group);
    const admission = admitLaunch(launch, settings);
    if (admission.action === 'ignore') return { action: 'ignored', name: 'NotOurs', reason: admission.reason };
    return start(deps, launch, admission.reason);
  });

async function start(deps: Deps, launch: Launch, reason: string): Promise<TriggerResult> {
  const started = await startOnce(deps, {
    stateMachineArn: deps.stateMachineArn,
    purpose: launchPurpose(launch),
    token: launch.lifecycle?.token ?? null,
    input: launch,
    // Of one that runs nothing more is to be asked.
    decide: async (earlier) =>
      decideRepeat(
        launch,
        earlier,
        isRunning(earlier) ? undefined : await readLifecycleState(deps.autoScaling, launch),
      ),
  });
  return started.action === 'exists'
    ? { action: 'ignored', name: 'Duplicate', reason: started.reason }
    : { action: 'started', reason, execution: started.execution };
}
