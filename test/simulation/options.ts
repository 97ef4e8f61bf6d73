import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { readOptions } from '../../infra/terminal/read-options';
import { isFaultName, isKind, type PlanFilter } from './plan-filter';
import { faultNames, kinds, type Kind } from './plan';

export interface SimulateArguments extends PlanFilter {
  readonly help: boolean;
  readonly from: number;
  readonly seeds: number;
  /** One seed alone, told as a story. */
  readonly single: boolean;
  readonly trace: boolean;
  readonly jobs: number;
  /** Kinds that every world has. */
  readonly always: readonly Kind[];
  /** Stops at the first seed that fails, and makes no small example of it. */
  readonly first: boolean;
  readonly mutations: boolean;
  /** Names of mutations; all if none is named. */
  readonly only: readonly string[];
}

export const helpText = `Runs Muster in seeded worlds in which anything may break, and checks after every event what must always hold.

  npm run simulate                       200 seeds from 1
  npm run simulate -- [options]

  --seeds N         how many seeds (default 200)
  --from S          the first of them (default 1)
  --jobs J          processes at the same time (default: as many as there are cores)
  --kinds K,L       of what worlds have beyond the plain one only these (none: plain worlds alone): ${kinds.join(', ')}
  --with K,L        every world has these kinds, whatever it draws
  --first           stop at the first seed that fails
  --seed S          one seed alone; with --trace all that happens in it
  --actions A,B     of its schedule only these, counted from 0 (none: nothing)
  --groups A,B      only these groups
  --without F,G     without these kinds of faults: ${faultNames.slice(0, 6).join(', ')} …
  --faults A,B      of the faults on calls and functions only these, by their ids (none: nothing)
  --mutations       break Muster in one known way after the other, and see that each is caught
  --mutation NAME   that one only; may be given more than once
  --webhooks        kill points of the webhooks instead (with --seeds and --from)

A seed that fails is made smaller, and the command that runs the small example again is printed.
Exit codes: 0 nothing was violated (with --mutations: each was caught); 1 something was; 2 the command line is wrong.
`;

/** Thrown for a command line with mistakes, all of them together. */
export class ArgumentsInvalid extends Error {
  override readonly name = 'ArgumentsInvalid';
}

/** @throws ArgumentsInvalid */
export function parseArguments(args: readonly string[]): SimulateArguments {
  const values = parse(args);
  const mistakes: string[] = [];
  const whole = (option: string, text: string | undefined, otherwise: number, least: number): number => {
    const value = Number(text ?? otherwise);
    if (!Number.isInteger(value) || value < least)
      mistakes.push(`--${option} takes a whole number from ${least}, got ${text ?? ''}`);
    return value;
  };
  const single = values.seed !== undefined;
  const without = listed(values.without) ?? [];
  for (const name of without.filter((text) => !isFaultName(text)))
    mistakes.push(`--without takes kinds of faults, got ${name}; of: ${faultNames.join(', ')}`);
  const actions = listed(values.actions)?.map((text) => whole('actions', text, 0, 0));
  const groups = listed(values.groups);
  const given = listed(values.kinds);
  for (const name of (given ?? []).filter((text) => !isKind(text)))
    mistakes.push(`--kinds takes kinds of worlds, got ${name}; of: ${kinds.join(', ')}`);
  const always = listed(values.with) ?? [];
  for (const name of always.filter((text) => !isKind(text)))
    mistakes.push(`--with takes kinds of worlds, got ${name}; of: ${kinds.join(', ')}`);
  const faults = listed(values.faults);
  if (!single && (actions ?? groups ?? faults ?? values.without) !== undefined)
    mistakes.push('--actions, --groups, --faults and --without go with --seed');
  const result = {
    help: values.help ?? false,
    from: whole(single ? 'seed' : 'from', values.seed ?? values.from, 1, 0),
    seeds: single ? 1 : whole('seeds', values.seeds, 200, 1),
    single,
    trace: values.trace ?? false,
    jobs: single ? 1 : whole('jobs', values.jobs, availableParallelism(), 1),
    first: values.first ?? false,
    mutations: values.mutations === true || values.mutation !== undefined,
    only: values.mutation ?? [],
    without: without.filter(isFaultName),
    always: always.filter(isKind),
    ...(given !== undefined && { kinds: given.filter(isKind) }),
    ...(actions !== undefined && { actions }),
    ...(groups !== undefined && { groups }),
    ...(faults !== undefined && { faults }),
  };
  if (mistakes.length > 0) throw new ArgumentsInvalid(mistakes.join('\n'));
  return result;
}

function listed(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  return text === 'none' ? [] : text.split(',');
}

interface GivenOptions {
  readonly seeds?: string;
  readonly from?: string;
  readonly seed?: string;
  readonly actions?: string;
  readonly groups?: string;
  readonly kinds?: string;
  readonly with?: string;
  readonly without?: string;
  readonly faults?: string;
  readonly jobs?: string;
  readonly trace?: boolean;
  readonly first?: boolean;
  readonly mutations?: boolean;
  readonly mutation?: string[];
  readonly help?: boolean;
}

function parse(args: readonly string[]): GivenOptions {
  const command = new Command('npm run simulate --')
    .option('--seeds <number>')
    .option('--from <seed>')
    .option('--seed <seed>')
    .option('--actions <list>')
    .option('--groups <list>')
    .option('--kinds <list>')
    .option('--with <list>')
    .option('--without <list>')
    .option('--faults <list>')
    .option('--jobs <number>')
    .option('--trace')
    .option('--first')
    .option('--mutations')
    .option('--mutation <name>', '', (name: string, before: string[] | undefined) => [...(before ?? []), name])
    .option('-h, --help');
  return readOptions(command, args, (text) => new ArgumentsInvalid(text));
}
