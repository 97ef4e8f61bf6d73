import { GetParametersByPathCommand, type Parameter, type SSMClient } from '@aws-sdk/client-ssm';
import type { Clock, Logger } from '../../../shared/runtime';
import { valueAt, type Mistake } from '../../../shared/schema';
import { RoutesInvalid } from '../../contracts/errors';
import { isRoutePath, readRoutes, type Route } from '../../contracts/routes';
import type { RouteFault, RouteRegistry, RouteSource } from '../../ports/routes';

const keptMs = 5 * 60_000;
/** While they, or one of them, cannot be read: soon, and yet not at each request. */
const askAgainMs = 30_000;

/** A parameter: the route's name, and what it holds, parsed. */
interface Entry {
  readonly name: string;
  readonly value: unknown;
}

/**
 * The RouteSource port on Parameter Store: one parameter for each route, read again after five minutes. A parameter that
 * cannot be used is logged at each reading, and its route is served as it was before, if this process knows that.
 *
 * @throws RoutesInvalid where there is no parameter at all.
 */
export function createRouteParameters(options: {
  client: Pick<SSMClient, 'send'>;
  /** `/muster/webhooks/` */
  path: string;
  clock: Clock;
  log: Pick<Logger, 'error'>;
}): RouteSource {
  const { client, path, clock, log } = options;
  let kept: { readonly until: number; readonly registry: RouteRegistry } | undefined;
  const before = new Map<string, unknown>();
  const readNow = async () => {
    const registry = registryOf(entriesOf(await readAll(client, path), path), before);
    for (const { name, why, servedAsBefore } of registry.faults)
      log.error('a route cannot be used', { route: name, why, servedAsBefore });
    kept = { until: clock.now().getTime() + (registry.faults.length > 0 ? askAgainMs : keptMs), registry };
    return registry;
  };
  return {
    read: async () => {
      const now = clock.now().getTime();
      if (kept !== undefined && now < kept.until) return kept.registry;
      try {
        return await readNow();
      } catch (error) {
        // The routes of before are better than none.
        if (kept === undefined) throw error;
        log.error('the routes cannot be read: those of before are served', {
          error: error instanceof Error ? error.name : '?',
        });
        kept = { until: now + askAgainMs, registry: kept.registry };
        return kept.registry;
      }
    },
    readAgain: readNow,
  };
}

async function readAll(client: Pick<SSMClient, 'send'>, Path: string): Promise<Parameter[]> {
  const found: Parameter[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(
      new GetParametersByPathCommand({ Path, ...(NextToken !== undefined && { NextToken }) }),
    );
    found.push(...(page.Parameters ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}

function entriesOf(parameters: readonly Parameter[], path: string): Entry[] {
  return parameters
    .map(({ Name = '', Value = '' }) => ({
      name: Name.startsWith(path) ? Name.slice(path.length) : Name,
      value: parsed(Value),
    }))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

/** No JSON is a mistake of its entry as any other one. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * A faulty entry is taken as it was before. Where that contradicts the others, all that are known are taken so: a
 * deployment writes one parameter after the other, and of two routes to one table only one has the new column for a while.
 *
 * @param before the entries that were good last, by name: brought up to date.
 */
function registryOf(entries: readonly Entry[], before: Map<string, unknown>): RouteRegistry {
  const now = sift(entries);
  const faulty = new Map(now.faults.map((fault) => [fault.name, fault]));
  const asBefore = ({ name, value }: Entry) => ({ name, value: before.get(name) ?? value });
  const known = entries.filter(({ name }) => before.has(name) || !faulty.has(name));
  let served = faulty.size === 0 ? now : sift(known.map((one) => (faulty.has(one.name) ? asBefore(one) : one)));
  const reverted = served.faults.length > 0;
  if (reverted) served = sift(known.map(asBefore));
  else for (const { name, value } of entries) if (!faulty.has(name)) before.set(name, value);
  const names: ReadonlySet<string> = new Set(served.routes.map(({ name }) => name));
  return {
    routes: served.routes,
    faults: now.faults.map((fault) => ({ ...fault, servedAsBefore: names.has(fault.name) })),
  };
}

type Fault = Omit<RouteFault, 'servedAsBefore'>;

/** Takes out what has mistakes, until the rest has none. Of two that contradict each other the later one has it. */
function sift(entries: readonly Entry[]): { readonly routes: readonly Route[]; readonly faults: readonly Fault[] } {
  const misnamed = entries.filter(isMisnamed);
  const faults: Fault[] = misnamed.map((entry) => faultOf(entry, [...mistakesOf(entry), nameMistake(entry)]));
  // Before the others are compared: the one of which it is a copy has no mistake.
  let rest = entries.filter((entry) => !isMisnamed(entry));
  for (;;) {
    if (rest.length === 0 && faults.length > 0) return { routes: [], faults };
    const read = readRoutes(rest.map(({ value }) => value));
    if ('routes' in read) return { routes: read.routes, faults };
    const wrong = byEntry(read.mistakes, rest.length);
    for (const [index, entry] of rest.entries()) {
      const mistakes = wrong.get(index);
      if (mistakes !== undefined) faults.push(faultOf(entry, mistakes));
    }
    rest = rest.filter((_, index) => !wrong.has(index));
  }
}

/** Its route has another name than it: events would come under a source that no alarm and no earlier row knows. */
function isMisnamed({ name, value }: Entry): boolean {
  const said = valueAt(value, 'name');
  return typeof said === 'string' && said !== name;
}

const nameMistake = ({ name }: Entry): Mistake => ({
  path: 'name',
  value: '',
  allowed: `${name}, as its parameter is called`,
});

/** Those that it has by itself. */
function mistakesOf(entry: Entry): readonly Mistake[] {
  const read = readRoutes([entry.value]);
  return 'routes' in read ? [] : (byEntry(read.mistakes, 1).get(0) ?? []);
}

function byEntry(mistakes: readonly Mistake[], entries: number): ReadonlyMap<number, readonly Mistake[]> {
  const found = new Map<number, Mistake[]>();
  for (const mistake of mistakes) {
    const [, index = '', rest = ''] = /^(\d+)\.?(.*)$/s.exec(mistake.path) ?? [];
    // Of all of them together: there are none, or too many.
    if (index === '' || Number(index) >= entries)
      throw new RoutesInvalid(`the routes have mistakes: ${mistakes.map(({ allowed }) => allowed).join('; ')}`);
    found.set(Number(index), [...(found.get(Number(index)) ?? []), { ...mistake, path: rest }]);
  }
  return found;
}

function faultOf({ name, value }: Entry, mistakes: readonly Mistake[]): Fault {
  const path = valueAt(value, 'path');
  return { name, why: mistakes.map((one) => told(one, value)).join('\n'), ...(isRoutePath(path) && { path }) };
}

/** Where it is, the kind of what stands there, and what is allowed. Not what stands there: a person may have put a secret there. */
function told({ path, allowed }: Mistake, value: unknown): string {
  const keys = path === '' ? [] : path.split('.');
  const kind = nameOfKind(keys.reduce<unknown>(valueAt, value));
  return `${keys.map(shownKey).join('.') || '(all)'}: got ${kind}, allowed: ${allowed}`;
}

/** The name of a field or a column; what is longer is none of ours. */
const shownKey = (key: string) => (/^[A-Za-z0-9_-]{1,24}$/.test(key) ? key : '…');

function nameOfKind(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return `a text of ${value.length} characters`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
