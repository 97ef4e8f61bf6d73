import { isExecutionNotFound } from '../shared/aws-errors';
import type { Clock } from '../shared/clock';
import type { Release } from './contracts/release';
import { releaseName } from './domain/execution-name';
import { decideReleaseRepeat } from './domain/release';
import type { Ledger } from './ports/ledger';
import type { StepFunctions } from './ports/step-functions';
import { startOnce, type StartedOnce } from './start-once';

export interface ReleaseDeps {
  ledger: Pick<Ledger, 'member' | 'reserve'>;
  stepFunctions: StepFunctions;
  clock: Clock;
  /** Of the state machine of releases. */
  releaseArn: string;
}

export interface ReleaseOptions {
  /** An execution of its launch that the ledger may not know. */
  readonly launchExecution?: string;
  /** When the lifecycle action began, if an event tells of it (ISO 8601). */
  readonly since?: string | undefined;
}

/**
 * Has everything taken back that an instance holds, once. A launch of it that still runs is stopped first: it would
 * put back what the release takes away.
 *
 * @param cause why the launch is stopped, for whoever looks at its execution.
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
    deps.ledger.reserve(group, instanceId),
  ]);
  const launches = new Set([member?.execution, reserve?.execution, launchExecution]);
  for (const execution of launches) {
    if (execution !== undefined) await stopIfRunning(deps.stepFunctions, execution, cause);
  }
  return startOnce(deps.stepFunctions, {
    stateMachineArn: deps.releaseArn,
    nameOf: (attempt) => releaseName(release, attempt),
    input: release,
    decide: (earlier) => decideReleaseRepeat(release, earlier, { now: deps.clock.now(), since }),
  });
}

async function stopIfRunning(stepFunctions: StepFunctions, executionArn: string, cause: string): Promise<void> {
  try {
    const { status } = await stepFunctions.describeExecution({ executionArn });
    if (status === 'RUNNING') await stepFunctions.stopExecution({ executionArn, error: 'InstanceGone', cause });
  } catch (error) {
    // Step Functions forgets executions 90 days after their end.
    if (!isExecutionNotFound(error)) throw error;
  }
}
