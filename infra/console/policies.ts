// What an operator is denied is said with the policy that has it. The policies themselves are made of CDK, which takes
// seconds to load: these are their actions, and a test holds them against `mayLook` and `mayAct`.

/** What the policy `STACK-may-look` allows. */
export const lookActions: readonly string[] = [
  'autoscaling:DescribeAutoScalingGroups',
  'autoscaling:DescribeAutoScalingInstances',
  'autoscaling:DescribeLifecycleHooks',
  'autoscaling:DescribeScalingActivities',
  'dynamodb:GetItem',
  'dynamodb:Query',
  'ec2:DescribeInstances',
  'elasticloadbalancing:DescribeTargetGroups',
  'elasticloadbalancing:DescribeTargetHealth',
  'lambda:GetAccountSettings',
  'lambda:GetFunctionConcurrency',
  'lambda:GetFunctionConfiguration',
  'route53:GetHostedZone',
  'route53:ListResourceRecordSets',
  'ssm:GetParameter',
  'ssm:GetParametersByPath',
  'states:DescribeExecution',
  'states:DescribeStateMachine',
  'states:DescribeStateMachineForExecution',
  'states:GetExecutionHistory',
  'states:ListExecutions',
];

/** What the policy `STACK-may-act` allows on top of it. */
export const actActions: readonly string[] = [
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
  'ec2:CreateTags',
  'route53:ChangeResourceRecordSets',
  'secretsmanager:GetSecretValue',
  'states:DescribeExecution',
  'states:RedriveExecution',
  'states:StartExecution',
  'states:StopExecution',
];

/**
 * What a refusal of AWS means, in one sentence: which action on what, and which of the two policies of the deployment has
 * it. `undefined` for a text that is no refusal which names its action.
 *
 * The words are those of IAM (User Guide, "Troubleshoot access denied error messages").
 */
export function deniedSentence(text: string, stack: string): string | undefined {
  const action = /not authorized to perform: ([\w-]+:\w+)/.exec(text)?.[1];
  if (action === undefined) return undefined;
  const on = /on resource: (\S+?)[.,;]?(?:\s|$)/.exec(text)?.[1];
  const what = `not allowed: ${action}${on === undefined ? '' : ` on ${on}`}`;
  const deny = /with an explicit deny(?: in (?:a |an |the )?([\w -]+? (?:policy|boundary)))?/.exec(text);
  if (deny !== null) return `${what}. ${deny[1] ?? 'a policy'} denies it explicitly: no policy of Muster changes that`;
  const policy = policyOf(action, on ?? '');
  if (policy === undefined) return `${what}. Neither of the deployment's policies allows it`;
  return `${what}. The policy "${stack}-${policy}" allows it: ask for it to be attached`;
}

/** What could not be looked at, with the sentence in the place of AWS's own words where it was a refusal. */
export function withPolicy(text: string, stack: string): string {
  const sentence = deniedSentence(text, stack);
  return sentence === undefined ? text : `${text.slice(0, text.indexOf(': ') + 2)}${sentence}`;
}

function policyOf(action: string, on: string): 'may-look' | 'may-act' | undefined {
  const isLook = lookActions.includes(action);
  const isAct = actActions.includes(action);
  // Both have it: who looks reads launches, who abandons reads releases.
  if (isLook && isAct) return /:execution:[^:]*release:/.test(on) ? 'may-act' : 'may-look';
  if (isLook) return 'may-look';
  return isAct ? 'may-act' : undefined;
}
