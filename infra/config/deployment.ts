import * as z from 'zod';
import { describeMistakes, mistake, mistakesIn } from '../../functions/shared/mistakes';
import { NamedError } from '../../functions/shared/named-error';
import { readSections, systemsIn, type ConfiguredSystem } from '../systems';
import type { Sections } from '../systems/system';
import { readManagedGroup, type ManagedGroup, type ManagedGroupInput } from '../systems/fleet/config/managed-group';
import { contradictions } from '../systems/fleet/config/rules';

const matching = (pattern: RegExp, allowed: string) => z.string(allowed).regex(pattern, allowed);
const resourceId = (prefix: string) =>
  matching(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), `an id such as ${prefix}-0123456789abcdef0`);

/** What CloudWatch Logs can keep logs for, as far as that makes sense here. */
const retentionDays = [7, 14, 30, 60, 90, 180, 365, 731] as const;

const network = z.strictObject({
  /** The VPC from which Jenkins can be reached. */
  vpcId: resourceId('vpc'),
  /** Private subnets of it, in two zones or more. */
  subnetIds: z.array(resourceId('subnet'), 'a list of subnet ids').min(1, 'one subnet or more'),
  /** What the functions that talk to Jenkins have: Jenkins' own security group is to let it in. */
  securityGroupId: resourceId('sg'),
  /**
   * How a function in those subnets reaches DynamoDB, Parameter Store and Secrets Manager. `nat`: it can already,
   * through a NAT gateway or endpoints of yours. `endpoints`: the stack makes endpoints.
   */
  wayOut: z.enum(['nat', 'endpoints'], '"nat" or "endpoints"'),
  /** For `endpoints`: the subnets' route tables, into which the way to DynamoDB is put. */
  routeTableIds: z.array(resourceId('rtb'), 'a list of route table ids').default([]),
  /** For `endpoints`: the VPC's addresses. Endpoints answer for the whole VPC, so they must let all of it in. */
  vpcCidr: matching(/^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/, "the VPC's range, such as 10.0.0.0/16").optional(),
});

const shape = z.strictObject({
  /** Names the stack and all that is in it. Two of them can stand side by side. */
  stackName: matching(
    /^[A-Za-z][A-Za-z0-9-]{0,31}$/,
    'letters, digits and -, a letter first, of at most 32 characters',
  ).default('muster'),
  account: matching(/^\d{12}$/, 'the id of an AWS account, 12 digits in quotes'),
  region: matching(/^[a-z]{2,5}(-[a-z]+)+-\d{1,2}$/, 'the name of a region, such as eu-central-1'),
  network: network.optional(),
  /** Who is told by mail of alarms and held launches. */
  notify: z.array(z.email('a mail address'), 'a list of mail addresses').default([]),
  /**
   * The name of a table to use as the ledger, instead of a new one: what an earlier deployment has left, or one restored
   * from a backup. It has to be in the account and region of the stack, and is no part of it.
   */
  ledgerTable: matching(/^[A-Za-z0-9_.-]{3,255}$/, 'the name of a DynamoDB table').optional(),
  /** Where alarms send their readers; the heading is appended. */
  runbook: z.string('where RUNBOOK.md can be read').min(1, 'where RUNBOOK.md can be read').default('RUNBOOK.md'),
  logRetentionDays: z.literal([...retentionDays], `one of ${retentionDays.join(', ')}`).default(90),
  groups: z.array(z.unknown(), 'a list of groups').default([]),
  /**
   * Zones and target groups that stood in a group's settings and do not any more, while instances that live have them on
   * record: what their releases may clean up. `muster doctor` says what is held there; once it says nothing, leave them out.
   */
  formerly: z
    .strictObject({
      zones: z
        .array(matching(/^[A-Z0-9]{1,32}$/, 'the id of a hosted zone, such as Z0123456789ABC'), 'a list of zone ids')
        .default([]),
      targetGroups: z
        .array(
          matching(
            /^arn:[\w-]+:elasticloadbalancing:[\w-]+:\d{12}:targetgroup\/[\w-]+\/\w+$/,
            'the ARN of a target group',
          ),
          'a list of target group ARNs',
        )
        .default([]),
    })
    .prefault({}),
  /** For an account without a group to try Muster on: a launch template, a load balancer and a group, see README. */
  demonstration: z.unknown().optional(),
});

/** With a place for the section of each system, which are found at run time: `readSections` looks into them. */
const whole = shape.extend(
  Object.fromEntries(systemsIn().map(({ name }) => [name, z.unknown().optional()])),
) as unknown as typeof shape;

type Shape = Omit<z.input<typeof shape>, 'groups' | 'demonstration'>;

/** What an adopter writes. */
export type DeploymentInput = Shape &
  Sections & {
    /** The groups under Muster. They exist already and are known by their names. */
    readonly groups?: readonly ManagedGroupInput[];
    /** A group that the stack makes for itself, with a target group of its own. Needs `network`. */
    readonly demonstration?: Omit<ManagedGroupInput, 'targetGroups'>;
  };

/** The same, checked, with its defaults filled in. */
export type Deployment = Omit<z.output<typeof shape>, 'groups' | 'demonstration'> & {
  readonly groups: readonly ManagedGroup[];
  readonly demonstration: ManagedGroup | undefined;
  /** What else than the fleet is configured. */
  readonly systems: readonly ConfiguredSystem[];
};

export type Network = NonNullable<Deployment['network']>;

/** Thrown for a configuration with mistakes; the message has a line for each of them. */
export class ConfigurationInvalid extends NamedError<'ConfigurationInvalid'> {
  constructor(message: string) {
    super('ConfigurationInvalid', message, { fault: 'operator' });
  }
}

/**
 * Checks a configuration as a whole and fills in defaults.
 *
 * @param source where it comes from, for the message.
 * @throws ConfigurationInvalid with every mistake there is, in one answer: its path, its value and what is allowed.
 */
export function parseDeployment(input: unknown, source: string): Deployment {
  const result = whole.safeParse(input);
  const given = z.record(z.string(), z.unknown()).catch({}).parse(input);
  const groups = z
    .array(z.unknown())
    .catch([])
    .parse(given.groups)
    .map((group, place) => readManagedGroup(group, `groups.${place}`));
  const demonstration =
    given.demonstration === undefined ? [] : [readManagedGroup(given.demonstration, 'demonstration')];
  const { account, region } = z.object({ account: z.string().catch(''), region: z.string().catch('') }).parse(given);
  const systems = readSections(given, { account, region });
  const mistakes = [
    ...(result.success ? [] : mistakesIn(result.error, input)),
    ...contradictions(given),
    ...systems.mistakes,
  ];
  if (result.success && groups.length + demonstration.length + systems.configured.length === 0) {
    mistakes.push(mistake(['groups'], input, 'one group or more, a demonstration, or another system'));
  }
  const ofGroups = [...groups, ...demonstration].flatMap((one) => ('mistakes' in one ? one.mistakes : []));
  mistakes.push(...ofGroups);
  if (!result.success || mistakes.length > 0) {
    throw new ConfigurationInvalid(`the configuration in ${source} has mistakes:\n${describeMistakes(mistakes)}`);
  }
  const found = (all: typeof groups) => all.flatMap((one) => ('group' in one ? [one.group] : []));
  const { configured } = systems;
  return { ...result.data, groups: found(groups), demonstration: found(demonstration)[0], systems: configured };
}
