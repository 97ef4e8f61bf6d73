import { stepErrors } from '../contracts/errors';
import type { Launch } from '../contracts/inputs';
import { canGoOn, furtherName, launchPurpose, obstacleOf } from '../domain/redrive-or-new-attempt';
import { targetGroupName } from '../domain/targets';
import { hookMarginMs } from '../domain/outcome';
import type { LaunchExecution } from '../domain/launch-execution';
import type { Hold } from '../ledger/port';
import { consoleLink, regionOf, stateMachineOf } from '../../shared/executions/links';
import {
  durationText,
  moment,
  printable,
  quoted,
  quotedIfOdd,
  shortened,
  subjectLine,
} from '../../shared/notify/message-text';

export interface SnsMessage {
  /** Fewer than 100 characters of ASCII, on one line, as SNS demands. */
  readonly subject: string;
  /** At most 256 KB. */
  readonly text: string;
}

/** Everything that the message about a hold says. */
export interface HoldMessageInput {
  readonly hold: Hold;
  readonly execution: LaunchExecution;
  readonly launch: Launch;
  /** URL of the build that the failed state ran. */
  readonly buildUrl?: string | undefined;
  readonly breakerIsOpen: boolean;
  /** ARNs of the target groups that it may be registered in while it is held. */
  readonly targetGroups?: readonly string[] | undefined;
  /** Why the settings could not be used, and what is done without them. */
  readonly settingsProblem?: string | undefined;
  /** The message may have been sent before. */
  readonly mayBeRepeated: boolean;
  readonly now: Date;
}

// At 3 bytes a character at most that is 180,000 and 6,000 bytes of 256 KB, and leaves enough for the rest.
const longestReason = 60_000;
const longestProblem = 2_000;
const mostGroups = 10;

/** Tells an operator that a launch has failed: what, why, what they can do, and what happens if they do not. */
export function holdMessage(news: HoldMessageInput): SnsMessage {
  const { hold, execution, mayBeRepeated, settingsProblem } = news;
  const headline = `${nameOf(hold)} is on hold: ${hold.state} ${howItEnded(execution)} (${hold.error})`;
  const sections = [
    headline,
    mayBeRepeated ? 'This may be a repetition: Muster does not know whether the first message was sent.' : '',
    facts(news),
    `Why:\n${shortened(printable(hold.reason), longestReason)}`,
    whatItServes(news),
    `What happens next:\n${whatHappens(news)}`,
    settingsProblem === undefined ? '' : shortened(printable(settingsProblem), longestProblem),
    whatToDo(hold),
    howToRetry(news),
    'To abandon it without muster: RUNBOOK.md, "Execution failed", shows how to start its release.',
  ];
  return { subject: subjectLine(headline), text: sections.filter((section) => section !== '').join('\n\n') };
}

function nameOf({ name, instanceId }: Hold): string {
  return name ?? instanceId;
}

function howItEnded({ status }: LaunchExecution): string {
  switch (status) {
    case 'ABORTED':
      return 'was stopped';
    case 'TIMED_OUT':
      return 'timed out';
    default:
      return 'failed';
  }
}

function facts({ hold, buildUrl }: HoldMessageInput): string {
  const { state, error, redrive, execution } = hold;
  const means = Object.hasOwn(stepErrors, error) ? `, ${stepErrors[error as keyof typeof stepErrors].means}` : '';
  const redriven = redrive === 0 ? '' : `, after ${redrive === 1 ? 'one redrive' : `${redrive} redrives`}`;
  const lines: [string, string | undefined][] = [
    ['Instance', `${hold.instanceId} of group ${hold.group}`],
    ['State', `${state}${redriven}`],
    ['Error', `${error}${means}`],
    ['Failed at', moment(hold.failedAt)],
    ['Build', buildUrl],
    ['Execution', consoleLink(execution)],
  ];
  return lines.flatMap(([what, value]) => (value === undefined ? [] : [`${`${what}:`.padEnd(11)}${value}`])).join('\n');
}

function whatHappens({ hold, breakerIsOpen, now }: HoldMessageInput): string {
  const { endsAt, hookEndsAt, group } = hold;
  if (endsAt === undefined) {
    return 'No lifecycle action waits for this launch: Muster does not abandon it, and it stays as it is until you act.';
  }
  if (breakerIsOpen) {
    const limit =
      hookEndsAt === undefined
        ? 'It waits'
        : `It waits until the global limit of its lifecycle hook, ${durationText(hookEndsAt, now)}, at the longest`;
    return `The breaker of ${group} is open: until it closes, Muster abandons nothing by itself. ${limit}.`;
  }
  const then = 'it is abandoned: taken out of its target groups and DNS, terminated and replaced';
  if (Date.parse(endsAt) <= now.getTime()) return `Its hold ended at ${moment(endsAt)}: ${then}.`;
  const isLimited = hookEndsAt !== undefined && Date.parse(hookEndsAt) - hookMarginMs === Date.parse(endsAt);
  const why = isLimited
    ? ` It cannot be held longer: the global limit of its lifecycle hook is ${moment(hookEndsAt)}.`
    : '';
  return `At ${durationText(endsAt, now)} ${then}.${why}`;
}

/** By the command line, which is shorter than the AWS commands below. */
function whatToDo(hold: Hold): string {
  const name = quotedIfOdd(nameOf(hold));
  return [
    'What you can do (in a clone of Muster; --profile and --region as for the AWS CLI):',
    `  npx muster show ${name}            its current step, and how it got there`,
    `  npx muster log ${name}             the console log of its build`,
    `  npx muster retry ${name}           runs the failed step again: fix its cause first`,
    `  npx muster hold ${name} --for 4h   holds it longer`,
    `  npx muster abandon ${name}         abandons it now: its group replaces it`,
  ].join('\n');
}

/** A hold leaves it in its target groups: a redrive that waits for health continues from there. */
function whatItServes({ targetGroups = [] }: HoldMessageInput): string {
  if (targetGroups.length === 0) return '';
  const names = targetGroups.slice(0, mostGroups).map(targetGroupName);
  const rest = targetGroups.length > mostGroups ? ` and ${targetGroups.length - mostGroups} more` : '';
  return `Meanwhile:\nIt may serve traffic while it is held: it may be registered in ${names.join(', ')}${rest}, and gets requests from there as soon as it is healthy.`;
}

function howToRetry({ execution, launch }: HoldMessageInput): string {
  const { arn, error } = execution;
  const redriveObstacle = execution.redriveObstacle ?? obstacleOf(error);
  const on = `--execution-arn ${quoted(arn)} --region ${regionOf(arn)}`;
  if (canGoOn(execution)) {
    return [
      'Without muster: fix the cause, then choose "Redrive from failure" on the page of the execution, or run',
      `  aws stepfunctions redrive-execution ${on}`,
      'Its number, its name and the builds that have succeeded are kept.',
    ].join('\n');
  }
  // By its name an execution is found again, and a second start of it refused.
  const name = furtherName(launchPurpose(launch), execution.name, null);
  const input = `aws stepfunctions describe-execution ${on} --query input --output text`;
  return [
    `It cannot be redriven${redriveObstacle === undefined ? '' : ` (${redriveObstacle})`}. To retry: fix the cause, then start the launch again (this needs jq)`,
    `  aws stepfunctions start-execution --state-machine-arn ${quoted(stateMachineOf(arn))} --region ${regionOf(arn)} --name ${quoted(name)} --input "$(${input} | jq -c '.startedBy = "retry"')"`,
    'Its number, its name and the builds that have succeeded are kept.',
  ].join('\n');
}
