import type { Duration } from 'aws-cdk-lib';
import { Stack } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, type LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { metricNamespace } from '../../../../functions/fleet/contracts/metrics';
import { permissionsOf, type FunctionName, type PermissionScope } from '../function-permissions';
import { specOf, type EnvironmentName } from '../functions';
import { SystemFunction, type Placement } from '../../../constructs/system-function';

export type { Placement } from '../../../constructs/system-function';

export interface FleetFunctionProps {
  readonly functionName: FunctionName;
  readonly code: Code;
  /** Of these the function gets those that its specification asks for. */
  readonly environment: Partial<Readonly<Record<EnvironmentName, string>>>;
  readonly permissions: PermissionScope;
  readonly logRetention: RetentionDays;
  /** How long Lambda may keep an event for a function that is called by events. */
  readonly maxEventAge: Duration;
  readonly placement?: Placement;
}

/** One function of the fleet as the catalogue (`functions.ts`) specifies it. */
export class FleetFunction extends SystemFunction {
  constructor(scope: Construct, id: string, props: FleetFunctionProps) {
    const spec = specOf(props.functionName);
    super(scope, id, { ...props, spec, permissions: permissionsOf(props.functionName, props.permissions) });
    if (spec.calledBy === 'workflow') watchForBugs(this.logGroup);
  }
}

/**
 * Lambda counts every poll of a waiting step as an error, so its metric of errors says nothing about a step. A fault of
 * this code is logged with the fault `bug`.
 */
function watchForBugs(logGroup: LogGroup): void {
  const { stackName } = Stack.of(logGroup);
  logGroup.addMetricFilter('Bugs', { ...unexpectedErrors(stackName), filterPattern: bugs, metricValue: '1' });
}

const bugs = FilterPattern.literal('{ $.level = "error" && $.fault = "bug" }');

/** What the log lines of all steps of a stack are counted as. */
export function unexpectedErrors(stackName: string) {
  return { metricNamespace, metricName: `UnexpectedErrors-${stackName}` };
}
