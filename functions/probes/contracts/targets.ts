import { mistakesIn, type Mistake } from '../../shared/schema';
import { targetSchema, type Target } from './target';

export interface ParsedTargets {
  readonly targets: readonly Target[];
  /** The mistakes of targets that cannot be looked at; `targets` has the others. */
  readonly mistakes: readonly Mistake[];
}

/** Reads targets one by one: a mistake in one does not affect the others. */
export function readTargets(given: readonly unknown[], regions: readonly string[]): ParsedTargets {
  const targets: Target[] = [];
  const mistakes: Mistake[] = [];
  for (const [at, one] of given.entries()) {
    const result = targetSchema.safeParse(one);
    const found = result.success ? contradictions(result.data, targets, regions) : mistakesIn(result.error, one);
    mistakes.push(...found.map((mistake) => ({ ...mistake, path: join(at, mistake.path) })));
    if (result.success && found.length === 0) targets.push(result.data);
  }
  return { targets, mistakes };
}

function contradictions(target: Target, before: readonly Target[], regions: readonly string[]): Mistake[] {
  const { id, quorum, maintenance } = target;
  const twice = before.some((other) => other.id === id)
    ? [{ path: 'id', value: JSON.stringify(id), allowed: 'an id that no other target has' }]
    : [];
  const beyond =
    quorum !== undefined && quorum > regions.length
      ? [{ path: 'quorum', value: String(quorum), allowed: `at most ${regions.length}, the number of regions` }]
      : [];
  const backwards = maintenance.flatMap(({ from, until }, at) =>
    Date.parse(from) < Date.parse(until)
      ? []
      : [{ path: `maintenance.${at}.until`, value: JSON.stringify(until), allowed: 'later than from' }],
  );
  return [...twice, ...beyond, ...backwards];
}

function join(at: number, path: string): string {
  return path === '' ? `targets.${at}` : `targets.${at}.${path}`;
}
