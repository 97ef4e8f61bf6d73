import ipaddr from 'ipaddr.js';
import * as z from 'zod';
import { rules } from '../../../functions/audit/domain/rules/findings';
import { defaultOptions, type RuleOptions } from '../../../functions/audit/domain/rules/options';
import { sourceOfLogGroup } from '../../../functions/audit/domain/logs/source';
import type { Policy } from '../../../functions/shared/incidents/book';
import { mistake, mistakesIn, type Mistake } from '../../../functions/shared/schema';
import type { Common, SectionResult } from '../system';

const hour = 3_600_000;
const minute = 60_000;

const whole = (least: number, most: number, what: string) => {
  const allowed = `${what} from ${least} to ${most}`;
  return z.number(allowed).int(allowed).min(least, allowed).max(most, allowed);
};
const matching = (pattern: RegExp, allowed: string) => z.string(allowed).regex(pattern, allowed);
const listOf = <Item extends z.ZodType>(item: Item, what: string) => z.array(item, `a list of ${what}`);
const account = matching(/^\d{12}$/, 'the id of an AWS account, 12 digits in quotes');
const cluster = matching(/^[a-z][a-z0-9-]{0,62}$/, 'the identifier of a cluster or a namespace');
const network = z
  .string('a network such as 10.0.0.0/8')
  .refine((text) => ipaddr.isValidCIDR(text), 'a network such as 10.0.0.0/8');
const userName = z.string("a user's name").min(1, "a user's name");
const bucketName = matching(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of a bucket');

const bucket = z.strictObject({
  name: bucketName,
  // What Redshift takes, less what is a wildcard in event patterns and policies.
  prefix: matching(
    /^(?!\/)[!#$%&()+,\-./0-9:;=@A-Z[\]^_`a-z{|}~]{0,512}$/,
    'a prefix without blanks, quotes, backslashes, * and ?, that does not begin with /',
  ).default(''),
  folders: z
    .enum(['by-day', 'any'], '"by-day" (as Redshift writes them) or "any" (copied elsewhere)')
    .default('by-day'),
  accounts: listOf(account, 'ids of accounts').optional(),
} satisfies Record<keyof AuditBucketInput, z.ZodType>);

const minutes = whole(1, 1440, 'minutes');
const failures = z.strictObject({ failures: whole(2, 1000, 'failures'), minutes });
const users = z.strictObject({ users: whole(2, 300, 'users'), minutes });

const shape = z.strictObject({
  buckets: listOf(bucket, 'buckets').default([]),
  logGroups: listOf(
    z
      .string('the name of a log group')
      .refine(
        (name) => sourceOfLogGroup(name) !== undefined,
        '/aws/redshift/cluster/<cluster>/<log> or /aws/redshift/<namespace>/<log>',
      ),
    'log groups',
  ).default([]),
  clusters: listOf(cluster, 'clusters').default([]),
  mail: z.strictObject({
    from: z.email('the address of a verified identity of SES'),
    to: listOf(z.email('a mail address'), 'mail addresses')
      .min(1, 'one address or more')
      // One call of SES takes as many.
      .max(50, 'at most 50 addresses'),
    timeZone: z
      .string('a time zone such as Europe/Berlin')
      .refine(isTimeZone, 'a time zone such as Europe/Berlin')
      .optional(),
    proofAt: matching(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of the day in UTC, such as 07:00').default('07:00'),
    digestMinutes: minutes.default(15),
    updateMinutes: minutes.default(60),
    quietHours: whole(1, 720, 'hours').default(24),
    perHour: whole(1, 1000, 'mails').default(20),
    perDay: whole(1, 10_000, 'mails').default(100),
  } satisfies Record<keyof AuditInput['mail'], z.ZodType>),
  ignoredUsers: listOf(userName, "users' names").default([...defaultOptions.ignoredUsers]),
  allowedNetworks: listOf(network, 'networks').default([...defaultOptions.allowedNetworks]),
  unloadBuckets: listOf(bucketName, 'names of buckets').default([]),
  disabledRules: listOf(
    z.enum(Object.keys(rules) as (keyof typeof rules)[], `one of ${Object.keys(rules).join(', ')}`),
    'rules',
  ).default([]),
  thresholds: z
    .strictObject({
      bruteForce: failures.optional(),
      spray: users.optional(),
      success: failures.optional(),
      shortLivedHours: whole(1, 720, 'hours').optional(),
    } satisfies Record<keyof NonNullable<AuditInput['thresholds']>, z.ZodType>)
    .default({}),
} satisfies Record<keyof AuditInput, z.ZodType>);

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** One bucket with logs. It is in the account and region of the deployment: S3 announces new objects only there. */
export interface AuditBucketInput {
  readonly name: string;
  /** As in the cluster's settings, what stands before `AWSLogs/`. Default: none. */
  readonly prefix?: string;
  /** `by-day`: as Redshift writes them. `any`: copied, into any folders. Says what is listed each day. */
  readonly folders?: 'by-day' | 'any';
  /** Whose clusters write there. Default: the deployment's account. */
  readonly accounts?: readonly string[];
}

/** What an adopter writes about the log audit. */
export interface AuditInput {
  readonly buckets?: readonly AuditBucketInput[];
  /** `/aws/redshift/cluster/<cluster>/<log>` or, of Serverless, `/aws/redshift/<namespace>/<log>`. They exist already. */
  readonly logGroups?: readonly string[];
  /** Clusters that are known to write logs: silence is reported also before the first log has come. */
  readonly clusters?: readonly string[];
  readonly mail: {
    /** An address of a verified identity of SES. */
    readonly from: string;
    readonly to: readonly string[];
    /** Shown beside UTC. */
    readonly timeZone?: string;
    /** When the daily proof of life is sent, UTC. Default 07:00. */
    readonly proofAt?: string;
    /** Default 15. */
    readonly digestMinutes?: number;
    /** The growth of one incident is reported at most this often. Default 60. */
    readonly updateMinutes?: number;
    /** After so long without news an incident is closed. Default 24. */
    readonly quietHours?: number;
    /** What exceeds it is reported together, later. Default 20, and 100. */
    readonly perHour?: number;
    readonly perDay?: number;
  };
  /** Accounts of AWS itself. Default `rdsdb`. */
  readonly ignoredUsers?: readonly string[];
  /** CIDR. A failed login from elsewhere is reported as AUTH-EXTERNAL. Default: the private ranges. */
  readonly allowedNetworks?: readonly string[];
  /** Where UNLOAD is expected to write. */
  readonly unloadBuckets?: readonly string[];
  readonly disabledRules?: readonly string[];
  readonly thresholds?: {
    /** Default 5 in 60 minutes. */
    readonly bruteForce?: { readonly failures: number; readonly minutes: number };
    /** Default 5 in 60 minutes. */
    readonly spray?: { readonly users: number; readonly minutes: number };
    /** Default 5 in the 30 minutes before a login. */
    readonly success?: { readonly failures: number; readonly minutes: number };
    /** Default 24. */
    readonly shortLivedHours?: number;
  };
}

declare module '../system' {
  interface Sections {
    readonly audit?: AuditInput;
  }
}

export interface AuditBucket {
  readonly name: string;
  readonly prefix: string;
  readonly folders: 'by-day' | 'any';
  readonly accounts: readonly string[];
}

export interface AuditSection {
  readonly buckets: readonly AuditBucket[];
  readonly logGroups: readonly string[];
  readonly clusters: readonly string[];
  readonly from: string;
  readonly to: readonly string[];
  readonly policy: Policy;
  readonly rules: RuleOptions;
}

/** Checks the section and brings it into the form that the functions take. */
export function readAudit(given: unknown, common: Pick<Common, 'account'>): SectionResult<AuditSection> {
  const result = shape.safeParse(given);
  if (!result.success) return { mistakes: mistakesIn(result.error, given) };
  const { data } = result;
  const mistakes = contradictions(data, given);
  if (mistakes.length > 0) return { mistakes };
  const { mail, thresholds } = data;
  return {
    section: {
      // Redshift puts a / behind a prefix that has none.
      buckets: data.buckets.map(({ accounts = [common.account], prefix, ...rest }) => ({
        ...rest,
        accounts,
        prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`,
      })),
      logGroups: data.logGroups,
      clusters: data.clusters,
      from: mail.from,
      to: mail.to,
      policy: policyOf(mail),
      rules: {
        ignoredUsers: data.ignoredUsers,
        allowedNetworks: data.allowedNetworks,
        unloadBuckets: data.unloadBuckets,
        disabled: data.disabledRules,
        bruteForce: thresholds.bruteForce ?? defaultOptions.bruteForce,
        spray: thresholds.spray ?? defaultOptions.spray,
        success: thresholds.success ?? defaultOptions.success,
        shortLivedHours: thresholds.shortLivedHours ?? defaultOptions.shortLivedHours,
      },
    },
  };
}

function policyOf(mail: z.output<typeof shape>['mail']): Policy {
  const [hours = 0, past = 0] = mail.proofAt.split(':').map(Number);
  return {
    digestMs: mail.digestMinutes * minute,
    updateMs: mail.updateMinutes * minute,
    quietMs: mail.quietHours * hour,
    perHour: mail.perHour,
    perDay: mail.perDay,
    proofAt: hours * hour + past * minute,
    ...(mail.timeZone !== undefined && { timeZone: mail.timeZone }),
  };
}

function contradictions({ buckets, logGroups, mail }: z.output<typeof shape>, given: unknown): Mistake[] {
  const none = buckets.length + logGroups.length === 0;
  const names = buckets.map(({ name }) => name);
  const addresses = mail.to.map((one) => one.toLowerCase());
  return [
    ...(none ? [mistake(['buckets'], given, 'a bucket, or a log group in logGroups: something to read')] : []),
    ...addresses.flatMap((one, at) =>
      addresses.indexOf(one) < at ? [mistake(['mail', 'to', at], given, 'each address once')] : [],
    ),
    ...names.flatMap((name, at) =>
      names.indexOf(name) < at ? [mistake(['buckets', at, 'name'], given, 'each bucket once')] : [],
    ),
    ...logGroups.flatMap((name, at) =>
      logGroups.indexOf(name) < at ? [mistake(['logGroups', at], given, 'each log group once')] : [],
    ),
  ];
}
