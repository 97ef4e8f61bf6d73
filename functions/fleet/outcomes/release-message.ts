import type { FailingRelease, FailingReleases } from '../domain/reconcile/failing-releases';
import { consoleLink } from '../../shared/executions/links';
import type { SnsMessage } from './launch-message';
import { quoted, subjectLine } from '../../shared/notify/message-text';

const mostTold = 20;

/** Tells an operator which releases of a group fail again and again, what stays held, and what to do; or that none does. */
export function releaseMessage({ group, failing, fixed }: FailingReleases, mayBeRepeated: boolean): SnsMessage {
  const headline = headlineOf(group, failing, fixed);
  const rest = failing.length > mostTold ? [`... and ${failing.length - mostTold} more`] : [];
  const sections = [
    headline,
    mayBeRepeated ? 'This may be a repetition: Muster does not know whether the first message was sent.' : '',
    fixed.length === 0 ? '' : `Fixed since the last message: ${fixed.slice(0, mostTold).join(', ')}.`,
    [...failing.slice(0, mostTold).map(describe), ...rest].join('\n\n'),
    failing.length === 0 ? '' : whatHappens,
    failing.length === 0 ? '' : whatToDo(group, failing),
  ];
  return { subject: subjectLine(headline), text: sections.filter((section) => section !== '').join('\n\n') };
}

function headlineOf(group: string, failing: readonly FailingRelease[], fixed: readonly string[]): string {
  const [one] = failing;
  if (one === undefined)
    return fixed.length === 1 ? `release of ${fixed[0] ?? ''} has succeeded` : `releases of ${group} no longer fail`;
  return failing.length === 1
    ? `release of ${one.name ?? one.instanceId} fails repeatedly (${one.error})`
    : `${failing.length} releases of ${group} fail repeatedly`;
}

function describe({ instanceId, name, error, failures, execution, holds }: FailingRelease): string {
  return [
    `${name ?? instanceId}: has failed ${failures} times, the last time with ${error}`,
    `  Instance:  ${instanceId}`,
    `  Holds:     ${holds.length === 0 ? 'nothing that the ledger knows' : holds.join(', ')}`,
    `  Execution: ${consoleLink(execution)}`,
  ].join('\n');
}

const whatHappens = [
  'What happens next:',
  'Muster retries it automatically, at intervals that grow to four hours, until it succeeds; then you get a message. Until',
  'then no other instance gets what it holds.',
].join('\n');

function whatToDo(group: string, failing: readonly FailingRelease[]): string {
  const executions = failing.slice(0, 1).map(({ execution }) => quoted(execution));
  return [
    'What you can do (in a clone of Muster; --profile and --region as for the AWS CLI):',
    `  npx muster doctor ${quoted(group)}     lists problems, each with its repair`,
    `  npx muster show ${quoted(failing[0]?.name ?? failing[0]?.instanceId ?? '')}     its current step, and how it got there`,
    `  aws stepfunctions redrive-execution --execution-arn ${executions.join('')}     retries it at once: fix its cause first`,
    'RUNBOOK.md, "Execution failed", says more.',
  ].join('\n');
}
