import * as z from '../../shared/schema';
import { describeMistakes, matching, mistake, mistakesIn, refusing, section, text, whole } from '../../shared/schema';
import { NamedError } from '../../shared/named-error';
import { placeholders, fillTemplate } from '../../shared/names-and-urls';

/** The placeholders that tags and job parameters may contain, as `{name}`. */
export const placeholderNames = ['group', 'index', 'name', 'fqdn', 'instanceId', 'address'] as const;
export type PlaceholderName = (typeof placeholderNames)[number];

/** The jobs that a launch goes through, in order. */
export const jobNames = ['provision', 'deploy'] as const;
export type JobName = (typeof jobNames)[number];

// Indexes of a group stay far below this value; it limits how long a name can get.
export const largestIndex = 9999;

const dnsLabel = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const dnsName = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

const template = (max: number) => {
  const allowed = `text of at most ${max} characters`;
  return z.string(allowed).check(
    z.maxLength(max, allowed),
    refusing((value) => {
      const strange = placeholders(value).filter((word) => !(placeholderNames as readonly string[]).includes(word));
      const known = placeholderNames.map((name) => `{${name}}`).join(' ');
      return strange.map((word) => `no {${word}}; of placeholders: ${known}`);
    }),
  );
};

const namePattern = text('a name pattern such as {group}-{index:02}', 200).check(
  refusing((value) => {
    const words = placeholders(value);
    const strange = words.filter((word) => word !== 'group' && word !== 'index');
    const only = `a name pattern of {group} and {index} only, not {${strange.join('}, {')}}`;
    const once = 'a name pattern with {index} in it exactly once, such as {group}-{index:02}';
    return [
      ...(strange.length > 0 ? [only] : []),
      ...(words.filter((word) => word === 'index').length === 1 ? [] : [once]),
    ];
  }),
);

const zone = {
  zoneId: matching(/^[A-Z0-9]{1,32}$/, 'the id of a hosted zone, such as Z0123456789ABC'),
  zoneName: matching(dnsName, 'a domain name in lower case without a dot at its end, such as internal.example.com'),
};

const job = section({
  job: matching(/^[^/\s][^/]*(\/[^/]+)*$/, "a job's full name, folders separated by /, such as platform/deploy-web"),
  parameters: z._default(
    z.record(
      matching(/^[A-Za-z_][\w.-]*$/, 'parameter names of letters, digits, _ . and -'),
      template(4000),
      'an object of parameter names and values',
    ),
    {},
  ),
  correlationParameter: z._default(
    matching(/^[A-Za-z_]\w*$/, 'the name of a string parameter that the job defines'),
    'MUSTER_BUILD',
  ),
  unstable: z._default(z.enum(['success', 'failure'], '"success" or "failure"'), 'failure'),
  /** How long a build may wait in Jenkins' queue, and how long it may run. The two limits are independent. */
  queueTimeoutMinutes: z._default(whole('minutes', 1, 360), 30),
  timeoutMinutes: z._default(whole('minutes', 1, 360), 30),
  /** Whether a release stops a build that still runs; if not, it waits for the end as long as the build may run. */
  interruptible: z._default(z.boolean('true or false'), true),
});

/** A job with default settings. @param name its full name. */
export const usualJob = (name: string) => job.parse({ job: name });

const tagKey = z.string().check(
  z.minLength(1),
  z.maxLength(127, 'tag keys of at most 127 characters'),
  z.refine((key) => !key.toLowerCase().startsWith('aws:') && !key.startsWith('muster:'), {
    message: 'tag keys that start with neither aws: nor muster:',
  }),
);

// EC2 allows 50 tags on an instance, without AWS's own; three of them are Muster's.
const mostTags = 47;

/** The settings, one by one. */
const shape = section({
  group: matching(/^[^:]{1,255}$/, 'the name of an Auto Scaling group, which has no colon'),
  launchHook: z._default(matching(/^[A-Za-z0-9\-_/]{1,255}$/, 'the name of a lifecycle hook'), 'muster-launch'),
  terminateHook: z._default(matching(/^[A-Za-z0-9\-_/]{1,255}$/, 'the name of a lifecycle hook'), 'muster-terminate'),
  names: z.prefault(
    section({
      pattern: z._default(namePattern, '{group}-{index:02}'),
      start: z._default(z.union([z.literal(0), z.literal(1)], '0 or 1'), 1),
    }),
    {},
  ),
  dns: z.optional(
    section({
      ...zone,
      ttlSeconds: z._default(whole('seconds', 1, 86_400), 60),
      ipv6: z._default(z.boolean('true or false'), false),
      reverseZone: z.optional(section(zone)),
    }),
  ),
  tags: z._default(
    z.record(tagKey, template(256), 'an object of tag keys and values').check(
      refusing((tags) => {
        const count = Object.keys(tags).filter((key) => key !== 'Name').length;
        const most = `at most ${mostTags} tags: an instance has room for 50 with Name, muster:index, muster:deployment and what the group gives it; these are ${count}`;
        return count > mostTags ? [most] : [];
      }),
    ),
    {},
  ),
  jenkins: z.optional(
    section({
      url: z
        .url({ protocol: /^https?$/, error: 'an http or https URL' })
        .check(z.refine((url) => !url.includes('@'), 'a URL without credentials: put them into the secret')),
      credentialsSecret: matching(/^[\w/+=.@:-]{1,2048}$/, 'the name or ARN of a secret with {"user": …, "token": …}'),
      /** Whether `http:` is allowed, which exposes the token on the network path. */
      plainHttp: z.optional(z.boolean('true or false')),
      /** How many lines of a failed build's log go into errors, histories, the ledger and mail; default 10. */
      logLines: z.optional(whole('lines', 0, 40)),
      caCertificate: z.optional(matching(/-----BEGIN CERTIFICATE-----/, 'a certificate in PEM')),
    }),
  ),
  provision: z.optional(job),
  deploy: z.optional(job),
  targetGroups: z._default(
    z
      .array(
        matching(
          /^arn:[\w-]+:elasticloadbalancing:[\w-]+:\d{12}:targetgroup\/[\w-]+\/\w+$/,
          'the ARN of a target group',
        ),
        'a list of target group ARNs',
      )
      .check(z.maxLength(50, 'at most 50 target groups')),
    [],
  ),
  healthTimeoutMinutes: z._default(whole('minutes', 1, 120), 15),
  /** How long a failed launch is held for its operator; 0 abandons it at once. */
  holdMinutes: z._default(whole('minutes', 0, 2880), 60),
  /** After so many failed launches in a row the breaker opens: no hold's end abandons an instance until it closes. */
  breakerAfter: z._default(whole('launches', 1, 20), 3),
});

/** What the pattern must give, if it gives no DNS label; `undefined`: it gives one, or is itself invalid. */
function labelMistake(group: string | undefined, pattern: string | undefined): string | undefined {
  if (group === undefined || pattern === undefined) return undefined;
  const longest = fillTemplate(pattern, { group, index: largestIndex });
  if (dnsLabel.test(longest)) return undefined;
  return `a pattern that gives a DNS label (a-z, 0-9 and -, at most 63 characters); ${pattern} gives ${longest}`;
}

/**
 * Contradictions between settings. Each rule reads only the settings that it is about, and only if they are valid by
 * themselves, so that a mistake elsewhere in the file does not hide a contradiction.
 */
function contradictions(input: unknown): z.Mistake[] {
  const given = z.record(z.string(), z.unknown()).safeParse(input).data ?? {};
  const group = shape.shape.group.safeParse(given.group).data;
  const names = shape.shape.names.safeParse(given.names).data;
  const jobs = jobNames.map((name) => [name, shape.shape[name].safeParse(given[name]).data] as const);
  const jenkins = shape.shape.jenkins.safeParse(given.jenkins).data;
  const reverse = shape.shape.dns.safeParse(given.dns).data?.reverseZone;
  const found: z.Mistake[] = [];
  const wrong = (path: readonly string[], allowed: string) => void found.push(mistake(path, input, allowed));

  const tooLong = labelMistake(group, names?.pattern);
  if (tooLong !== undefined) wrong(['names', 'pattern'], tooLong);
  if (given.jenkins === undefined && jobNames.some((name) => given[name] !== undefined))
    wrong(['jenkins'], 'url and credentialsSecret of the Jenkins that runs the jobs');
  if (jenkins !== undefined && jenkins.plainHttp !== true && !/^https:/i.test(jenkins.url))
    wrong(['jenkins', 'url'], 'an https URL; or plainHttp: true, which shows the token on the way');
  for (const [name, job] of jobs) {
    if (job === undefined || !(job.correlationParameter in job.parameters)) continue;
    wrong([name, 'parameters', job.correlationParameter], 'nothing: Muster fills in the correlation parameter');
  }
  if (reverse !== undefined && !reverse.zoneName.endsWith('.in-addr.arpa'))
    wrong(['dns', 'reverseZone', 'zoneName'], 'a zone below in-addr.arpa (IPv6 addresses get no PTR record)');
  return found;
}

/** The settings of one managed group, as the deployment writes them. Each step reads them when it runs. */
export type GroupSettings = z.output<typeof shape>;
/** The settings before defaults are filled in: what an operator writes. */
export type GroupSettingsInput = z.input<typeof shape>;
export type JobSettings = NonNullable<GroupSettings['provision']>;
export type JenkinsSettings = NonNullable<GroupSettings['jenkins']>;
export type DnsSettings = NonNullable<GroupSettings['dns']>;

/** Thrown for settings with mistakes; the message has a line for each of them. */
export class SettingsInvalid extends NamedError<'SettingsInvalid'> {
  constructor(message: string) {
    super('SettingsInvalid', message, { fault: 'operator' });
  }
}

/** Settings with their defaults filled in, or every mistake in them. */
export type SettingsResult = { readonly settings: GroupSettings } | { readonly mistakes: readonly z.Mistake[] };

/** Checks settings and fills in defaults. */
export function checkGroupSettings(input: unknown): SettingsResult {
  const result = shape.safeParse(input);
  const mistakes = [...(result.success ? [] : mistakesIn(result.error, input)), ...contradictions(input)];
  return result.success && mistakes.length === 0 ? { settings: result.data } : { mistakes };
}

/** Paths of keys in `input` that are not settings. */
export function unknownSettings(input: unknown): PropertyKey[][] {
  const issues = shape.safeParse(input).error?.issues ?? [];
  return issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [],
  );
}

/**
 * The same, for callers that can continue only with valid settings.
 *
 * @param source where they come from, for the message: a file's or a parameter's name.
 * @throws SettingsInvalid with every mistake: its path, its value and what is allowed.
 */
export function parseGroupSettings(input: unknown, source: string): GroupSettings {
  const result = checkGroupSettings(input);
  if ('settings' in result) return result.settings;
  throw new SettingsInvalid(`the settings in ${source} have mistakes:\n${describeMistakes(result.mistakes)}`);
}
