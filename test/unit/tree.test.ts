import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { functionOfPlaceholder } from '../../infra/constructs/placeholders';
import { stepErrors, type StepErrorName } from '../../functions/fleet/contracts/errors';
import {
  deadlyErrors,
  lastingErrors,
  passingErrors,
  serviceErrors,
} from '../../functions/shared/lambda/service-errors';

// What lint cannot see: how folders, state machines and error names belong together, and how large things get.

const root = join(__dirname, '../..');
const path = (...parts: string[]) => join(root, ...parts);
const read = (file: string) => readFileSync(path(file), 'utf8');

function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(path(folder), { withFileTypes: true }).flatMap((entry) => {
    const file = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(file, ending) : file.endsWith(ending) ? [file] : [];
  });
}

interface Retrier {
  ErrorEquals: string[];
  MaxAttempts: number;
  IntervalSeconds: number;
  BackoffRate: number;
  MaxDelaySeconds?: number;
}
interface State {
  Type: string;
  Resource?: string;
  Arguments?: { FunctionName: string };
  TimeoutSeconds?: number;
  Retry?: Retrier[];
  Catch?: unknown;
  ItemProcessor?: { States: Record<string, State> };
}
interface Machine {
  QueryLanguage: string;
  TimeoutSeconds: number;
  States: Record<string, State>;
}

const machines = filesBelow('statemachines', '.asl.json').map((file) => ({
  file,
  machine: JSON.parse(read(file)) as Machine,
}));
const statesIn = (states: Record<string, State>): [string, State][] =>
  Object.entries(states).flatMap(([name, state]) => [[name, state], ...statesIn(state.ItemProcessor?.States ?? {})]);
const states = machines.flatMap(({ file, machine }) =>
  statesIn(machine.States).map(([name, state]) => ({ file, name, state })),
);
const tasks = states.filter(({ state }) => state.Type === 'Task' && state.Arguments?.FunctionName !== undefined);

const functionOf = ({ state }: { state: State }) => functionOfPlaceholder(state.Arguments?.FunctionName ?? '?');
/** Of every system: the folders with a handler. A machine's functions are those of its system. */
const handlers = filesBelow('functions', '/handler.ts').map((file) => dirname(file));
const functionFolders = handlers
  .filter((folder) => folder.startsWith('functions/fleet/'))
  .map((folder) => basename(folder));
const systemOf = (file: string) => /^statemachines\/([^/]+)\//.exec(file)?.[1] ?? '?';
const fleetTasks = tasks.filter(({ file }) => systemOf(file) === 'fleet');

describe('the top level', () => {
  test('has these code folders and no others', () => {
    const folders = readdirSync(root).filter((name) => !name.startsWith('.') && statSync(path(name)).isDirectory());
    expect(folders.filter((name) => !['node_modules', 'cdk.out', 'coverage'].includes(name)).sort()).toEqual([
      'functions',
      'infra',
      'statemachines',
      'test',
    ]);
  });
});

describe('state machines', () => {
  test.each(tasks.map((task) => [task.name, task] as const))('%s has a function folder', (_, task) => {
    const ofSystem = handlers.filter((folder) => folder.startsWith(`functions/${systemOf(task.file)}/`));
    expect(ofSystem.map((folder) => basename(folder))).toContain(functionOf(task));
  });

  // Those that start something say so; these two look at what there is.
  const onlookers = ['reconcile', 'report-outcome'];

  test('every function folder is a step, a trigger or an onlooker', () => {
    const used = new Set(fleetTasks.map(functionOf));
    const others = functionFolders.filter((folder) => !used.has(folder));
    expect(others.filter((folder) => !folder.startsWith('start-')).sort()).toEqual(onlookers);
  });

  test.each(handlers)('%s wires its handler', (folder) => {
    expect(read(`${folder}/index.ts`)).toContain("from './handler'");
  });

  test.each(states.map((one) => [one.name, one.state] as const))(
    '%s can be redriven: nothing is caught',
    (_, state) => {
      // A caught error has left its state, and a redrive never runs it again.
      expect(state.Catch).toBeUndefined();
    },
  );

  test.each(fleetTasks.map(({ name, state }) => [name, state] as const))(
    '%s is bounded in time and retries what AWS itself may fail with',
    (_, state) => {
      expect(state.TimeoutSeconds).toBeGreaterThan(0);
      const names = state.Retry?.flatMap(({ ErrorEquals }) => ErrorEquals) ?? [];
      expect(names).toEqual(expect.arrayContaining([...serviceErrors, 'Throttled', 'AwsUnavailable']));
      expect(new Set(names).size).toBe(names.length);
    },
  );

  test.each(tasks.map(({ name, state }) => [name, state] as const))(
    '%s tries a function again that Lambda did not run for minutes, one that died three times, and no lasting mistake',
    (_, state) => {
      const retriers = new Map(state.Retry?.map((retrier) => [retrier.ErrorEquals.join(), retrier]));
      expect(retriers.get(passingErrors.join())).toMatchObject({ MaxAttempts: 25, MaxDelaySeconds: 60 });
      expect(retriers.get(deadlyErrors.join())).toMatchObject({ MaxAttempts: 3, IntervalSeconds: 5 });
      const names = state.Retry?.flatMap(({ ErrorEquals }) => ErrorEquals);
      expect(names?.filter((name) => lastingErrors.includes(name))).toEqual([]);
    },
  );

  test('no retry is a blanket one', () => {
    const names = tasks.flatMap(({ state }) => state.Retry ?? []).flatMap(({ ErrorEquals }) => ErrorEquals);
    expect(names.filter((name) => ['States.ALL', 'States.TaskFailed'].includes(name))).toEqual([]);
  });

  test('Lambda is out of reach for minutes, not seconds, before a launch fails', () => {
    for (const { state } of tasks) {
      const retrier = state.Retry!.find(({ ErrorEquals }) => ErrorEquals.includes('Lambda.TooManyRequestsException'))!;
      let seconds = 0;
      for (let attempt = 0; attempt < retrier.MaxAttempts; attempt += 1) {
        seconds += Math.min(
          retrier.IntervalSeconds * retrier.BackoffRate ** attempt,
          retrier.MaxDelaySeconds ?? Infinity,
        );
      }
      // Full jitter waits half of it on average.
      expect(seconds / 2).toBeGreaterThan(5 * 60);
    }
  });
});

describe('error names', () => {
  const sources = filesBelow('functions/fleet', '.ts').filter((file) => !file.endsWith('contracts/errors.ts'));
  const code = sources.map(read).join('\n');
  const matched = new Set(
    fleetTasks.flatMap(({ state }) => state.Retry ?? []).flatMap(({ ErrorEquals }) => ErrorEquals),
  );
  const names = Object.keys(stepErrors) as StepErrorName[];

  test.each([...matched].filter((name) => !(serviceErrors as readonly string[]).includes(name)))(
    '%s in ErrorEquals is thrown by something',
    (name) => {
      expect(names).toContain(name);
      expect(code).toMatch(new RegExp(`'${name}'`));
    },
  );

  test.each(names)('%s is used', (name) => {
    expect(code).toMatch(new RegExp(`'${name}'`));
  });

  test.each(names)('%s is retried exactly if it means waiting', (name) => {
    expect(matched.has(name)).toBe(stepErrors[name].kind === 'waits');
  });
});

describe('metrics', () => {
  const declared = filesBelow('functions', 'contracts/metrics.ts').flatMap((file) =>
    [...read(file).matchAll(/^ {2}(\w+): \{/gm)].map(([, name = '']) => [name, file] as const),
  );

  test('are found', () => expect(declared.length).toBeGreaterThan(25));

  test.each(declared)('%s of %s is counted by its system', (name, file) => {
    const system = dirname(dirname(file));
    const counting = filesBelow(system, '.ts').filter((one) => one !== file && read(one).includes(`'${name}'`));
    expect(`${name} of ${file} is counted by ${counting.length > 0 ? `code of ${system}` : 'nothing'}`).toBe(
      `${name} of ${file} is counted by code of ${system}`,
    );
  });
});

describe('sizes', () => {
  const lines = (file: string) => read(file).split('\n').length;
  const limits: [string, (file: string) => boolean, number][] = [
    ['wiring of a function', (file) => handlers.includes(dirname(file)) && basename(file) === 'index.ts', 40],
    ['a handler', (file) => handlers.includes(dirname(file)) && basename(file) === 'handler.ts', 120],
    ['any other source file', () => true, 260],
  ];
  const sources = ['functions', 'infra'].flatMap((folder) => filesBelow(folder, '.ts'));

  test.each(sources)('%s is not too long', (file) => {
    const [what, , limit] = limits.find(([, applies]) => applies(file))!;
    const length = lines(file);
    if (length > limit)
      throw new RangeError(`${relative(root, path(file))} has ${length} lines; ${what} may have ${limit}`);
  });
});

describe('documents', () => {
  const named = ['.ts', '.md', '.mjs'].flatMap((ending) =>
    ['functions', 'infra', 'statemachines', 'test'].flatMap((folder) => filesBelow(folder, ending)),
  );

  // A reader of the clone has no other documents than those that are in it.
  test('that are cited are in the tree', () => {
    const elsewhere = named.filter(
      (file) =>
        !file.endsWith('tree.test.ts') && /\bDESIGN\b|\bfacts?, (section|\d)|facts\/\w+\.md|HOUSE\.md/.test(read(file)),
    );
    expect(elsewhere).toEqual([]);
  });

  test('that are linked to from a document are there', () => {
    const documents = [
      'README.md',
      'ARCHITECTURE.md',
      'RUNBOOK.md',
      'STYLE.md',
      ...named.filter((file) => file.endsWith('.md')),
    ];
    const broken = documents.flatMap((file) =>
      [...read(file).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)/g)]
        .map(([, target = '']) => target)
        .filter((target) => !existsSync(path(dirname(file), target)))
        .map((target) => `${file} -> ${target}`),
    );
    expect(broken).toEqual([]);
  });
});
