import { isExecutionNotFound } from '../../shared/aws-errors';
import type { Clock } from '../../shared/runtime';
import type { Release } from '../contracts/inputs';
import { releasePurpose } from '../domain/redrive-or-new-attempt';
import { decideReleaseRepeat } from '../domain/release';
import type { Ledger } from '../ledger/port';
import type { StepFunctions } from '../ports/aws';
import { startOnce, type StartedOnce } from './start-once';

export interface ReleaseDeps {
  ledger: Pick<Ledger, 'member' | 'findReserve' | 'observation' | 'saveObservation'>;
  stepFunctions: StepFunctions;
  clock: Clock;
  /** Of the state machine of releases. */
  releaseArn: string;
}

export interface ReleaseOptions {
  /** An execution of the instance's launch that the ledger may not know. */
  readonly launchExecution?: string;
  /** When the lifecycle action began, if an event has it (ISO 8601). */
  readonly since?: string | undefined;
}

/**
 * Starts the release of everything that an instance holds, once. It first stops a launch of the instance that still
 * runs, which would otherwise create again what the release removes. It does not stop a launch that began after the
 * lifecycle action: then the event is late, and the instance has returned since (from the warm pool, or with a new root
 * volume).
 *
 * @param cause why the launch is stopped, as the execution's history shows it.
 */
export async function releaseInstance(
  deps: ReleaseDeps,
  release: Release,
  cause: string,
  { launchExecution, since }: ReleaseOptions = {},
): Promise<StartedOnce> {
  const { group, instanceId } = release;
  const [member, reserve] = await Promise.all([
    deps.ledger.member(group, instanceId),
    deps.ledger.findReserve(group, instanceId),
  ]);
  const known = [member?.execution, reserve?.execution, launchExecution].filter((arn) => arn !== undefined);
  const launches = [...new Set(known)];
  for (const execution of launches) await stopIfRunning(deps.stepFunctions, execution, { cause, since });
  return startOnce(deps, {
    stateMachineArn: deps.releaseArn,
    purpose: releasePurpose(release),
    token: release.lifecycle?.token ?? null,
    input: { ...release, ...(launches.length > 0 && { launches }) },
    decide: (earlier) => decideReleaseRepeat(release, earlier, { now: deps.clock.now(), since }),
  });
}

/** Stops a launch whose instance is being released. @see domain/redrive-or-new-attempt `wasStoppedForRelease` */
export async function stopIfRunning(
  stepFunctions: StepFunctions,
  executionArn: string,
  { cause, since }: { readonly cause: string; readonly since?: string | undefined },
): Promise<void> {
  try {
    const { status, startDate } = await stepFunctions.describeExecution({ executionArn });
    if (status !== 'RUNNING' || isLater(startDate, since)) return;
    await stepFunctions.stopExecution({ executionArn, error: 'InstanceGone', cause });
  } catch (error) {
    // Step Functions forgets executions 90 days after their end.
    if (!isExecutionNotFound(error)) throw error;
  }
}

/** Compares whole seconds, because the times of events have no fractions. */
function isLater(startDate: Date | undefined, since: string | undefined): boolean {
  if (startDate === undefined || since === undefined) return false;
  return Math.floor(startDate.getTime() / 1000) > Math.floor(Date.parse(since) / 1000);
}
