import { forEachLimited } from '../../shared/lists';
import type { StepVisit } from '../domain/standing/steps';
import type { StepFunctions } from '../ports/aws';
import { readSteps } from './executions';

/** A launch that succeeded, and where its time went. Times are ISO 8601 in UTC, durations in milliseconds. */
export interface LaunchView {
  readonly execution: string;
  readonly startedAt: string;
  readonly tookMs: number;
  /** By state, in order. */
  readonly steps: readonly { readonly state: string; readonly tookMs: number }[];
}

export interface LaunchesDeps {
  stepFunctions: Pick<StepFunctions, 'listExecutions' | 'getExecutionHistory'>;
  /** Of the state machine of launches. */
  stateMachineArn: string;
}

// One call for the list, and one or two for each launch.
const mostLaunches = 20;
const pageSize = 200;
const mostPages = 5;

/**
 * The last launches of a group that succeeded, newest first: at most 20, out of the last thousand of all groups.
 *
 * @param prefix what the names of the group's executions begin with, `web_i-`.
 */
export async function lastLaunches(deps: LaunchesDeps, prefix: string): Promise<LaunchView[]> {
  const found: { arn: string; startedAt: Date; stoppedAt: Date }[] = [];
  let nextToken: string | undefined;
  for (let page = 1; page <= mostPages && found.length < mostLaunches; page += 1) {
    const answer = await deps.stepFunctions.listExecutions({
      stateMachineArn: deps.stateMachineArn,
      statusFilter: 'SUCCEEDED',
      maxResults: pageSize,
      ...(nextToken !== undefined && { nextToken }),
    });
    for (const { executionArn: arn = '', name = '', startDate, stopDate } of answer.executions ?? []) {
      if (name.startsWith(prefix) && startDate !== undefined && stopDate !== undefined)
        found.push({ arn, startedAt: startDate, stoppedAt: stopDate });
    }
    nextToken = answer.nextToken;
    if (nextToken === undefined) break;
  }
  return forEachLimited(found.slice(0, mostLaunches), 5, async ({ arn, startedAt, stoppedAt }) => ({
    execution: arn,
    startedAt: startedAt.toISOString(),
    tookMs: stoppedAt.getTime() - startedAt.getTime(),
    steps: together(await readSteps(deps.stepFunctions, arn)),
  }));
}

/** Visits of the same state (a redrive makes another) count as one. */
function together(visits: readonly StepVisit[]): LaunchView['steps'] {
  const sums = new Map<string, number>();
  for (const { state, from, to } of visits)
    sums.set(state, (sums.get(state) ?? 0) + ((to ?? from).getTime() - from.getTime()));
  return [...sums].map(([state, tookMs]) => ({ state, tookMs }));
}
