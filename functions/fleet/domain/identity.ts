import { NamedError } from '../../shared/named-error';
import { placeholders, fillTemplate } from '../../shared/names-and-urls';
import { largestIndex, type GroupSettings, type PlaceholderName } from '../contracts/settings';

/**
 * The identity of a deployment. Of the deployments that write into one zone, or use one Jenkins, no two have all four
 * equal.
 */
export interface Identity {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  /** The stack's name. */
  readonly deployment: string;
}

/** The identity as the functions' environment has it, and as they write it: `aws:123456789012:eu-central-1:muster`. */
export function identityText({ partition, account, region, deployment }: Identity): string {
  return [partition, account, region, deployment].join(':');
}

/** Parses an identity; `undefined` for a text of another form. */
export function readIdentity(text: string): Identity | undefined {
  const match = /^(aws[a-z-]*):(\d{12}):([a-z]+(?:-[a-z0-9]+)+):([A-Za-z][A-Za-z0-9-]*)$/.exec(text);
  if (match === null) return undefined;
  const [, partition = '', account = '', region = '', deployment = ''] = match;
  return { partition, account, region, deployment };
}

/** @throws NamedError `EnvironmentInvalid`: a function that does not know its deployment must not write anything. */
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

/** The name of the instance that holds `index`: `web-03`. */
export function instanceName(settings: Pick<GroupSettings, 'group' | 'names'>, index: number): string {
  return fillTemplate(settings.names.pattern, { group: settings.group, index });
}

/**
 * The reverse: the index whose name it is, or `undefined` for a name that the pattern does not give. With
 * `{group}-{index:02}`, `web-03` is 3; `web-3` has none.
 */
export function indexIn(settings: GroupSettings, name: string): number | undefined {
  const [before = '', after = ''] = settings.names.pattern
    .split(/\{index(?::0\d)?\}/)
    .map((part) => fillTemplate(part, { group: settings.group }));
  if (!name.startsWith(before) || !name.endsWith(after)) return undefined;
  const digits = name.slice(before.length, name.length - after.length);
  if (!/^\d{1,9}$/.test(digits)) return undefined;
  const index = Number(digits);
  return index <= largestIndex && instanceName(settings, index) === name ? index : undefined;
}

/** The name in DNS, without a dot at the end: `web-03.internal.example.com`; `undefined` for a group without DNS. */
export function fqdnOf(settings: Pick<GroupSettings, 'group' | 'names' | 'dns'>, index: number): string | undefined {
  return settings.dns && `${instanceName(settings, index)}.${settings.dns.zoneName}`;
}

/** Whether a template of these settings contains `{address}`. */
export function asksForAddress({
  tags = {},
  provision,
  deploy,
}: Partial<Pick<GroupSettings, 'tags' | 'provision' | 'deploy'>>): boolean {
  const templates = [tags, provision?.parameters ?? {}, deploy?.parameters ?? {}].flatMap((all) => Object.values(all));
  return templates.some((template) => placeholders(template).includes('address'));
}

/** The values for placeholders in templates of tags and job parameters. */
export function templateValues(
  member: { group: string; index: number; name: string; fqdn?: string; instanceId: string },
  address: string | undefined,
): Record<PlaceholderName, string | number | undefined> {
  const { group, index, name, fqdn, instanceId } = member;
  return { group, index, name, fqdn, instanceId, address };
}

/**
 * The tag with the index that an instance holds. Our keys start with `muster:`, so that they do not clash with others.
 */
export const indexTag = 'muster:index';

/** The tag that names the deployment of that index: each deployment has its own numbers. */
export const deploymentTag = 'muster:deployment';

/** The tags for an instance: its index, its deployment, its name, and those of the settings. */
export function wantedTags(
  settings: GroupSettings,
  values: Readonly<Record<PlaceholderName, string | number | undefined>>,
  identity: Identity,
): Record<string, string> {
  const own = Object.entries(settings.tags).map(([key, value]) => [key, fillTemplate(value, values)] as const);
  return {
    Name: String(values.name),
    ...Object.fromEntries(own),
    [indexTag]: String(values.index),
    [deploymentTag]: identityText(identity),
  };
}

/**
 * The deployment that an instance is marked for, in words, if it is another one. An instance without the mark belongs
 * to the deployment whose ledger has it: earlier versions wrote no mark.
 */
export function otherDeployment(present: Readonly<Record<string, string>>, identity: Identity): string | undefined {
  const mark = present[deploymentTag];
  if (mark === undefined || mark === identityText(identity)) return undefined;
  const other = readIdentity(mark);
  return other === undefined ? `'${mark}', which is no deployment's mark` : describeIdentity(other);
}

/** The tags of `wanted` that are missing or have another value. */
export function tagsToWrite(
  wanted: Readonly<Record<string, string>>,
  present: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(wanted).filter(([key, value]) => present[key] !== value));
}
