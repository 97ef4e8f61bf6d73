import type { Logger } from '../../shared/logger';
import { isExecutionNotFound } from '../../shared/aws-errors';
import type { Termination } from '../contracts/events';
import type { Release } from '../contracts/release';
import { releaseName } from '../domain/execution-name';
import { admitTermination, decideReleaseRepeat } from '../domain/release';
import type { Ledger } from '../ports/ledger';
import type { Settings } from '../ports/settings';
import type { StepFunctions } from '../ports/step-functions';
import { readSettingsIfAny } from '../settings-if-any';
import { startOnce } from '../start-once';
import { makeTrigger, type Served } from '../trigger';

interface Deps {
  settings: Settings;
  ledger: Ledger;
  stepFunctions: StepFunctions;
  stateMachineArn: string;
  log: Logger;
}

/** Starts a release for each instance that is leaving its group, once, and ends its launch if that still runs. */
export const makeHandler = (deps: Deps) =>
  makeTrigger(deps.log, async (signal): Promise<Served> => {
    if (signal.kind !== 'termination') {
      return { action: 'ignored', name: 'NotATermination', reason: 'a launch releases nothing' };
    }
    const { termination } = signal;
    const settings = await readSettingsIfAny(deps.settings, termination.group);
    const admission = admitTermination(termination, settings);
    if (admission.action === 'ignore') return { action: 'ignored', name: 'NotOurs', reason: admission.reason };
    await endLaunch(deps, termination);
    return start(deps, termination, admission.reason);
  });

/** A launch that went on would put back what the release takes away. */
async function endLaunch({ ledger, stepFunctions }: Deps, { group, instanceId }: Termination): Promise<void> {
  const member = await ledger.member(group, instanceId);
  if (member === undefined || !(await isRunning(stepFunctions, member.execution))) return;
  const cause = `${instanceId} is leaving ${group}`;
  await stepFunctions.stopExecution({ executionArn: member.execution, error: 'InstanceGone', cause });
}

async function isRunning(stepFunctions: StepFunctions, executionArn: string): Promise<boolean> {
  try {
    return (await stepFunctions.describeExecution({ executionArn })).status === 'RUNNING';
  } catch (error) {
    // Step Functions forgets executions 90 days after their end.
    if (isExecutionNotFound(error)) return false;
    throw error;
  }
}

async function start(deps: Deps, termination: Termination, reason: string): Promise<Served> {
  const { group, instanceId, lifecycle } = termination;
  const release: Release = { group, instanceId, reason: 'scale-in', lifecycle: { ...lifecycle, result: 'CONTINUE' } };
  const started = await startOnce(deps.stepFunctions, {
    stateMachineArn: deps.stateMachineArn,
    nameOf: (attempt) => releaseName(release, attempt),
    input: release,
    decide: (earlier) => decideReleaseRepeat(release, earlier),
  });
  return started.action === 'started'
    ? { action: 'started', reason, execution: started.execution }
    : { action: 'ignored', name: 'Duplicate', reason: started.reason };
}
