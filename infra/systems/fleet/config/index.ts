import * as z from 'zod';
import { mistake, mistakesIn } from '../../../../functions/shared/schema';
import { eachOnce } from '../../each-once';
import type { Common, SectionResult } from '../../system';
import { readManagedGroup, type ManagedGroup, type ManagedGroupInput } from './managed-group';
import { contradictions } from './rules';

const matching = (pattern: RegExp, allowed: string) => z.string(allowed).regex(pattern, allowed);
const resourceId = (prefix: string) =>
  matching(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), `an id such as ${prefix}-0123456789abcdef0`);

const network = z.strictObject({
  /** The VPC from which Jenkins can be reached. */
  vpcId: resourceId('vpc'),
  /** Private subnets of it, in two zones or more. */
  subnetIds: z
    .array(resourceId('subnet'), 'a list of subnet ids')
    .min(1, 'one subnet or more')
    .superRefine(eachOnce('each subnet once')),
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
  vpcCidr: z.cidrv4("the VPC's range, such as 10.0.0.0/16").optional(),
});

const shape = z.strictObject({
  network: network.optional(),
  /**
   * The name of a table to use as the ledger, instead of a new one: what an earlier deployment has left, or one restored
   * from a backup. It has to be in the account and region of the stack, and is no part of it.
   */
  ledgerTable: matching(/^[A-Za-z0-9_.-]{3,255}$/, 'the name of a DynamoDB table').optional(),
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

/** What an adopter writes about the fleet: the section `fleet`. */
export type FleetInput = Omit<z.input<typeof shape>, 'groups' | 'demonstration'> & {
  /** The groups under Muster. They exist already and are known by their names. */
  readonly groups?: readonly ManagedGroupInput[];
  /** A group that the stack makes for itself, with a target group of its own. Needs `network`. */
  readonly demonstration?: Omit<ManagedGroupInput, 'targetGroups'>;
};

declare module '../../system' {
  interface Sections {
    /** Auto Scaling groups whose launches are numbered, named, provisioned and proved healthy. */
    readonly fleet?: FleetInput;
  }
}

/** The same, checked, with its defaults filled in. */
export type FleetSection = Omit<z.output<typeof shape>, 'groups' | 'demonstration'> & {
  readonly groups: readonly ManagedGroup[];
  readonly demonstration: ManagedGroup | undefined;
};

export type Network = NonNullable<FleetSection['network']>;

/** Settings of the fleet by their names: where earlier versions had them, they stood beside `account`. */
export const fleetSettings: readonly string[] = Object.keys(shape.shape);

/** Checks the section as a whole; contradictions are found beside mistakes, and not only once those are fixed. */
export function readFleet(given: unknown, place: Pick<Common, 'account' | 'region'>): SectionResult<FleetSection> {
  const result = shape.safeParse(given);
  const section = z.record(z.string(), z.unknown()).catch({}).parse(given);
  const groups = z
    .array(z.unknown())
    .catch([])
    .parse(section.groups)
    .map((group, at) => readManagedGroup(group, `groups.${at}`));
  const demonstration =
    section.demonstration === undefined ? [] : [readManagedGroup(section.demonstration, 'demonstration')];
  const all = [...groups, ...demonstration];
  const mistakes = [
    ...(result.success ? [] : mistakesIn(result.error, given)),
    ...contradictions(section, place),
    ...(result.success && all.length === 0
      ? [mistake(['groups'], given, 'one group or more, or a demonstration; without either, leave the section out')]
      : []),
    ...all.flatMap((one) => ('mistakes' in one ? one.mistakes : [])),
  ];
  if (!result.success || mistakes.length > 0) return { mistakes };
  const found = (results: typeof groups) => results.flatMap((one) => ('group' in one ? [one.group] : []));
  return { section: { ...result.data, groups: found(groups), demonstration: found(demonstration)[0] } };
}
