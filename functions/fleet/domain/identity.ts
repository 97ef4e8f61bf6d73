import { NamedError } from '../../shared/named-error';

/** Which Muster it is: of many that may write into one zone, or have one Jenkins, no two are equal in all four. */
export interface Identity {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  /** The stack's name. */
  readonly deployment: string;
}

/** As the functions are told it, and as it stands in what they write: `aws:123456789012:eu-central-1:muster`. */
export function identityText({ partition, account, region, deployment }: Identity): string {
  return [partition, account, region, deployment].join(':');
}

/** The other way round; `undefined` for a text of another form. */
export function readIdentity(text: string): Identity | undefined {
  const match = /^(aws[a-z-]*):(\d{12}):([a-z]+(?:-[a-z0-9]+)+):([A-Za-z][A-Za-z0-9-]*)$/.exec(text);
  if (match === null) return undefined;
  const [, partition = '', account = '', region = '', deployment = ''] = match;
  return { partition, account, region, deployment };
}

/** @throws NamedError `EnvironmentInvalid`: a function that does not know which Muster it is must not write anything. */
export function parseIdentity(text: string): Identity {
  const identity = readIdentity(text);
  if (identity !== undefined) return identity;
  const wanted = 'partition:account:region:stack name, such as aws:123456789012:eu-central-1:muster';
  throw new NamedError(
    'EnvironmentInvalid',
    `environment variable DEPLOYMENT: got '${text}', and it is to be ${wanted}`,
    {
      fault: 'bug',
    },
  );
}

export function isSameIdentity(left: Identity, right: Identity): boolean {
  return identityText(left) === identityText(right);
}

/** For messages: `muster in eu-west-1 of account 123456789012`. */
export function describeIdentity({ partition, account, region, deployment }: Identity): string {
  return `${deployment} in ${region} of account ${account}${partition === 'aws' ? '' : ` (${partition})`}`;
}
