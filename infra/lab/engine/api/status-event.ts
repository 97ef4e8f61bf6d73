import type { Execution } from '../execution';
import { byteLength } from '../json';
import { randomStream, uuidFrom } from '../../kernel/random';
import { redrivability } from './redrive';

/** The EventBridge event of an execution's change of status (Step Functions Developer Guide, "Automating event delivery with EventBridge"). */
export interface StatusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': 'Step Functions Execution Status Change';
  readonly source: 'aws.states';
  readonly account: string;
  /** ISO 8601, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: StatusDetail;
}

/** Dates are milliseconds since the epoch; input and output are JSON texts, null above 248 KiB. */
export interface StatusDetail {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: string;
  readonly startDate: number;
  readonly stopDate: number | null;
  readonly input: string | null;
  readonly inputDetails: { readonly included: boolean } | null;
  readonly output: string | null;
  readonly outputDetails: { readonly included: boolean } | null;
  readonly stateMachineVersionArn: null;
  readonly stateMachineAliasArn: null;
  readonly redriveCount: number;
  readonly redriveDate: number | null;
  readonly redriveStatus: string;
  readonly redriveStatusReason: string | null;
  readonly error: string | null;
  readonly cause: string | null;
}

const maxIncludedBytes = 248 * 1024;

export function statusEvent(execution: Execution, accountId: string): StatusEvent {
  const { arn, seed, status, redriveCount, clock, region } = execution;
  return {
    version: '0',
    id: uuidFrom(randomStream(seed, arn, status, redriveCount, execution.startDate.getTime())),
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account: accountId,
    time: clock.now().toISOString().replace(/\.\d+/, ''),
    region,
    resources: [arn],
    detail: detailOf(execution),
  };
}

function detailOf(execution: Execution): StatusDetail {
  const input = data(execution.input.text);
  const output = data(execution.output);
  const redrive = redrivability(execution);
  return {
    executionArn: execution.arn,
    stateMachineArn: execution.stateMachineArn,
    name: execution.name,
    status: execution.status,
    startDate: execution.startDate.getTime(),
    stopDate: execution.stopDate?.getTime() ?? null,
    input: input.text,
    inputDetails: input.details,
    output: output.text,
    outputDetails: output.details,
    stateMachineVersionArn: null,
    stateMachineAliasArn: null,
    redriveCount: execution.redriveCount,
    redriveDate: execution.redriveDate?.getTime() ?? null,
    redriveStatus: redrive.redriveStatus,
    redriveStatusReason: redrive.redriveStatusReason ?? null,
    error: execution.failure.error ?? null,
    cause: execution.failure.cause ?? null,
  };
}

function data(text: string | undefined) {
  if (text === undefined) return { text: null, details: null };
  const included = byteLength(text) <= maxIncludedBytes;
  return { text: included ? text : null, details: { included } };
}
