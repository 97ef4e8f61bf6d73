const consoles: Readonly<Record<string, string>> = {
  'aws-us-gov': 'console.amazonaws-us-gov.com',
  'aws-cn': 'console.amazonaws.cn',
};

/** The page of an execution in the console of Step Functions. */
export function consoleLink(executionArn: string): string {
  const [, partition = ''] = executionArn.split(':');
  const host = consoles[partition] ?? 'console.aws.amazon.com';
  return `https://${host}/states/home?region=${regionOf(executionArn)}#/v2/executions/details/${executionArn}`;
}

/** `arn:aws:states:eu-central-1:123456789012:execution:scale-out:web-1` is in `eu-central-1`. */
export function regionOf(arn: string): string {
  return arn.split(':')[3] ?? '';
}

/** The state machine that an execution is of. */
export function stateMachineOf(executionArn: string): string {
  return executionArn.replace(':execution:', ':stateMachine:').replace(/:[^:]*$/, '');
}
