import * as z from '../../shared/schema';
import { NamedError } from '../../shared/named-error';
import { describeMistakes, mistakesIn } from '../../shared/schema';
import type { Target } from './target';
import { readTargets } from './targets';

const region = z.string().check(z.regex(/^[a-z0-9-]{1,64}$/));

const shape = z.object({
  version: z.literal(1),
  title: z.string(),
  regions: z.array(region).check(z.minLength(1)),
  minimumFresh: z.optional(z.number()),
  targets: z.array(z.unknown()),
});

/** The plan: one JSON file, the same in every region and at home. */
export type PlanFile = z.input<typeof shape>;

export interface Plan {
  readonly title: string;
  readonly regions: readonly string[];
  readonly minimumFresh: number | undefined;
  readonly targets: readonly Target[];
  /** Targets whose configuration is wrong: they are reported as `config_error`, and the others are looked at as usual. */
  readonly broken: readonly { readonly id: string; readonly why: string }[];
}

/**
 * Reads a plan. It was checked when it was synthesized; a target that this version refuses all the same does not affect
 * the others.
 *
 * @throws PlanInvalid when the text is no plan at all.
 */
export function parsePlan(text: string): Plan {
  const result = shape.safeParse(parsed(text));
  if (!result.success)
    throw new NamedError('PlanInvalid', describeMistakes(mistakesIn(result.error, parsed(text))), { fault: 'bug' });
  const { title, regions, minimumFresh, targets: given } = result.data;
  const { targets, mistakes } = readTargets(given, regions);
  const broken = given.flatMap((one, at) => {
    const own = mistakes.filter(({ path }) => path === `targets.${at}` || path.startsWith(`targets.${at}.`));
    const id = z.object({ id: z.string() }).safeParse(one).data?.id;
    // Of two with one id, the first is there already.
    if (own.length === 0 || id === undefined || targets.some((other) => other.id === id)) return [];
    return [{ id, why: describeMistakes(own) }];
  });
  return { title, regions, minimumFresh, targets, broken };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
