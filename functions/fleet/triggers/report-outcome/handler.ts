import { EventRefused } from '../../contracts/events';
import { readStatusChange, type IgnoredStatus } from '../../contracts/status-event';
import { readLaunchExecution } from '../../executions/read-launch-execution';
import { settleLaunch, type OutcomeDeps, type SettleResult } from '../../outcomes/settle';

interface Deps extends OutcomeDeps {
  /** Of the state machine of launches. */
  stateMachineArn: string;
}

/** What became of one event. */
export type OutcomeResult =
  SettleResult | { readonly action: 'ignored'; readonly name: IgnoredStatus | 'Forgotten'; readonly reason: string };

/**
 * Receives the end of a launch, and holds and reports a failure. The event only says which launch to read; its state is
 * read from Step Functions, so an event that comes late, twice or out of order does no harm.
 *
 * @throws EventRefused for a malformed event; otherwise the error that stopped it, so that Lambda tries again.
 */
export function makeHandler(deps: Deps): (event: unknown) => Promise<OutcomeResult> {
  return async (event) => {
    const change = readStatusChange(event, deps.stateMachineArn);
    switch (change.kind) {
      case 'refused':
        deps.log.error('event refused', { reasons: [change.reason] });
        throw new EventRefused(change.reason);
      case 'ignored':
        return note(deps, {}, { action: 'ignored', name: change.name, reason: change.reason });
      case 'ended':
        return settle(deps, change.executionArn);
    }
  };
}

async function settle(deps: Deps, executionArn: string): Promise<OutcomeResult> {
  const execution = await readLaunchExecution(deps.stepFunctions, executionArn);
  if (execution === undefined) {
    const reason = `Step Functions does not know ${executionArn} (any more)`;
    return note(deps, { execution: executionArn }, { action: 'ignored', name: 'Forgotten', reason });
  }
  const { input: launch } = execution;
  const about = { execution: executionArn, redrive: execution.redrives };
  const subject = launch === undefined ? about : { ...about, group: launch.group, instance: launch.instanceId };
  return note(deps, subject, await settleLaunch(deps, execution));
}

function note({ log }: Deps, subject: Record<string, unknown>, result: OutcomeResult): OutcomeResult {
  log.info(result.reason, { ...subject, ...result });
  return result;
}
