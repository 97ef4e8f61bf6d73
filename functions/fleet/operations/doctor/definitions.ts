import { listRunning } from '../../executions/running';
import type { DeployedResources } from '../../ports/deployed';
import type { StepFunctions } from '../../ports/aws';
import { notice, type CheckResult } from './finding';

// Each costs one call; the oldest are the likeliest to run an old definition.
const mostExecutions = 20;

/** Finds executions of a definition that a later deployment has replaced: a redrive continues with the old one. */
export async function checkDefinitions(
  {
    stepFunctions,
    deployed,
  }: { readonly stepFunctions: Pick<StepFunctions, 'listExecutions'>; readonly deployed: DeployedResources },
  stateMachineArns: readonly string[],
): Promise<CheckResult[]> {
  const all = await Promise.all(stateMachineArns.map((arn) => outdatedOf(stepFunctions, deployed, arn)));
  const outdated = all.flat();
  if (outdated.length === 0) return [];
  const names = outdated.length <= 5 ? outdated : [...outdated.slice(0, 5), `${outdated.length - 5} more`];
  return [
    notice(
      'definition-outdated',
      `run a definition that is no longer deployed: ${names.join(', ')}`,
      'they end as they began, which the functions of today are made for; one that should not is stopped in Step Functions, and the reconciler starts it again',
    ),
  ];
}

async function outdatedOf(
  stepFunctions: Pick<StepFunctions, 'listExecutions'>,
  deployed: DeployedResources,
  stateMachineArn: string,
): Promise<string[]> {
  const running = [...(await listRunning(stepFunctions, stateMachineArn)).values()]
    .sort((left, right) => left.startedAt.getTime() - right.startedAt.getTime())
    .slice(0, mostExecutions);
  if (running.length === 0) return [];
  const now = await deployed.revision(stateMachineArn);
  const outdated: string[] = [];
  for (const { arn, name } of running) if ((await deployed.revisionOf(arn)) !== now) outdated.push(name);
  return outdated;
}
