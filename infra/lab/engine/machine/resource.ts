/** What a Task's `Resource` stands for. */
export interface Resource {
  readonly arn: string;
  /** `function`: a plain Lambda function ARN. `integration`: a service integration. */
  readonly kind: 'function' | 'integration';
  /** As the history names it: `lambda`, `states`, `aws-sdk:s3`. */
  readonly resourceType: string;
  /** As the history names it: `invoke`, `startExecution.sync:2`. */
  readonly resource: string;
}

const integrationArn =
  /^arn:[a-z][a-z0-9-]*:states:(?:[a-z0-9-]*):(?:\d*):((?:aws-sdk:)?[A-Za-z0-9-]+):([A-Za-z0-9]+)(\.[A-Za-z0-9:]+)?$/;
const functionArn = /^arn:[a-z][a-z0-9-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9-_]+(?::[A-Za-z0-9-_$]+)?$/;
const syncExecution = 'states:startExecution.sync:2';

/** Reads a resource ARN; a text is the reason why the engine cannot run it. */
export function parseResource(arn: string): Resource | string {
  if (functionArn.test(arn)) return { arn, kind: 'function', resourceType: 'lambda', resource: arn };
  const [, resourceType = '', action = '', pattern = ''] = integrationArn.exec(arn) ?? [];
  if (resourceType === '') {
    return `'${arn}' is not a resource of Step Functions: use arn:<partition>:states:::lambda:invoke or a function's ARN`;
  }
  if (resourceType === 'activity') return 'activities are not supported by this engine';
  if (pattern !== '' && `${resourceType}:${action}${pattern}` !== syncExecution) {
    return `the integration pattern '${pattern}' of '${resourceType}:${action}' is not supported by this engine`;
  }
  return { arn, kind: 'integration', resourceType, resource: `${action}${pattern}` };
}

/** Whether the engine runs the task itself, as an execution of another of its machines. */
export function isNested(resource: Resource): boolean {
  return `${resource.resourceType}:${resource.resource}` === syncExecution;
}
