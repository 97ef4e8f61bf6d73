/** What IAM is asked when a call is made. */
export interface IamRequest {
  /** `route53:GetChange` */
  readonly action: string;
  /** An ARN; `*` for an action that IAM knows no resource for. */
  readonly resource: string;
  /** By condition key. A key that is not here is missing from the request. */
  readonly context: Readonly<Record<string, readonly string[]>>;
}

/** A statement as it goes into a policy. */
export interface StatementJson {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}

export function describeRequest({ action, resource, context }: IamRequest): string {
  const details = Object.entries(context).map(([key, values]) => `${key} = ${values.join(', ')}`);
  return [`${action} on ${resource}`, ...details].join('; ');
}
