import * as z from 'zod';
import { readTargets } from '../../../functions/probes/contracts/targets';
import type { Target, TargetInput } from '../../../functions/probes/contracts/target';
import { mistakesIn, type Mistake } from '../../../functions/shared/schema';
import type { SectionResult } from '../system';

const regionAllowed = 'the name of a region, such as eu-central-1';
const region = z.string(regionAllowed).regex(/^[a-z]{2,5}(-[a-z]+)+-\d{1,2}$/, regionAllowed);
const address = z.email('a mail address');

const shape = z.strictObject({
  regions: z.array(region, 'a list of regions').min(1, 'one region or more').max(30, 'at most 30 regions'),
  targets: z.unknown(),
  from: address,
  recipients: z.array(address, 'a list of mail addresses').min(1, 'one or more').max(50, 'at most 50'),
  title: z.string('a title').min(1, 'a title').max(100, 'of at most 100 characters').default('Status'),
  minimumFresh: z.number('a number of regions').int('a whole number').min(1, 'at least 1').optional(),
} satisfies Record<keyof ProbesInput, z.ZodType>);

/** What an adopter writes about health checks. */
export interface ProbesInput {
  /** The regions that check. The problems of a single one cannot be distinguished from a target's; three or five are good. */
  readonly regions: readonly string[];
  /** What is looked at. */
  readonly targets: readonly TargetInput[];
  /** Sends the mails: an identity that SES has verified, in the region of the deployment. */
  readonly from: string;
  /** The mail addresses that are notified of outages. */
  readonly recipients: readonly string[];
  /** Of the status page. Default `Status`. */
  readonly title?: string;
  /** Fewer regions that have looked lately know nothing: a target is UNKNOWN then. Default 2, or the only one there is. */
  readonly minimumFresh?: number;
}

declare module '../system' {
  interface Sections {
    readonly probes?: ProbesInput;
  }
}

export type ProbesSection = Omit<z.output<typeof shape>, 'targets'> & { readonly targets: readonly Target[] };

/** So many, and home still has read and judged them all before the next minute. */
const mostTargets = 1000;

export function readProbes(given: unknown): SectionResult<ProbesSection> {
  const result = shape.safeParse(given);
  const { regions, targets: list } = (given ?? {}) as { readonly regions?: unknown; readonly targets?: unknown };
  const names = Array.isArray(regions) ? regions.filter((one): one is string => typeof one === 'string') : [];
  const { targets, mistakes: ofTargets } = readTargets(Array.isArray(list) ? list : [], names);
  const mistakes: Mistake[] = [
    ...(result.success ? [] : mistakesIn(result.error, given)),
    ...ofTargets,
    ...countMistakes(list),
    ...(result.success ? contradictions(result.data) : []),
  ];
  if (!result.success || mistakes.length > 0) return { mistakes };
  return { section: { ...result.data, targets } };
}

function countMistakes(list: unknown): Mistake[] {
  const allowed = `a list of 1 to ${mostTargets} targets`;
  if (!Array.isArray(list)) return [{ path: 'targets', value: list === undefined ? 'nothing' : typeof list, allowed }];
  if (list.length >= 1 && list.length <= mostTargets) return [];
  return [{ path: 'targets', value: `${list.length} of them`, allowed }];
}

function contradictions({ regions, minimumFresh }: Omit<ProbesSection, 'targets'>): Mistake[] {
  const twice = regions.filter((one, at) => regions.indexOf(one) !== at);
  const tooMany = minimumFresh !== undefined && minimumFresh > regions.length;
  return [
    ...twice.map((one) => ({ path: 'regions', value: JSON.stringify(one), allowed: 'each region once' })),
    ...(tooMany
      ? [
          {
            path: 'minimumFresh',
            value: String(minimumFresh),
            allowed: `at most ${regions.length}, the number of regions`,
          },
        ]
      : []),
  ];
}
