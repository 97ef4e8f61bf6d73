// Each partition has a domain of its own for its console; it is the one of its sign-in in AWS's own endpoint rules.
const consoles: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-eusc': 'console.amazonaws-eusc.eu',
  'aws-iso': 'console.c2shome.ic.gov',
  'aws-iso-b': 'console.sc2shome.sgov.gov',
  'aws-iso-e': 'console.csphome.adc-e.uk',
  'aws-iso-f': 'console.csphome.hci.ic.gov',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/**
 * The page of an execution in the console of Step Functions; the execution's ARN in a partition whose console is not
 * known: a link to another partition's would lead astray.
 */
export function consoleLink(executionArn: string): string {
  const host = consoles[executionArn.split(':')[1] ?? ''];
  if (host === undefined) return executionArn;
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
