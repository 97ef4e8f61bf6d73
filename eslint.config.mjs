import { fileURLToPath } from 'node:url';
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

// What may import what (DESIGN: four folders, four places where code runs).
const arrow = (message, group) => ({ group, message });
const fromOutside = arrow('functions/ runs in Lambda: it may import only itself', [
  '**/infra/**',
  '**/test/**',
  '**/statemachines/**',
]);
const fromTest = arrow('infra/ may import functions/ only', ['**/test/**']);

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
  unnamedError: {
    selector: "ThrowStatement > NewExpression[callee.name='Error']",
    message: 'an error needs a name that ASL and operators can match: throw a named one',
  },
};
const banned = (...rules) => ({ 'no-restricted-syntax': ['error', ...rules] });
const everywhere = [hidden.time, hidden.random, hidden.waiting, hidden.environment, hidden.unnamedError];
const without = (...allowed) => everywhere.filter((rule) => !allowed.includes(rule));

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
    },
  },
  {
    files: ['functions/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': ['error', { patterns: [fromOutside] }],
      ...banned(...everywhere),
    },
  },
  {
    files: ['functions/fleet/domain/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            fromOutside,
            arrow('the domain is pure: no clients, no adapters', ['@aws-sdk/*', 'axios', 'node:*', '**/adapters/**']),
            { ...arrow('the domain is pure: of ports, only types', ['**/ports/**']), allowTypeImports: true },
          ],
        },
      ],
      ...banned(...everywhere, {
        selector: 'FunctionDeclaration[async=true], ArrowFunctionExpression[async=true], AwaitExpression',
        message: 'the domain is pure: no async',
      }),
    },
  },
  {
    files: ['functions/fleet/contracts/**/*.ts', 'functions/fleet/ports/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: [fromOutside, arrow('contracts and ports know no adapter', ['**/adapters/**', 'axios'])] },
      ],
    },
  },
  {
    files: ['functions/shared/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: [fromOutside, arrow('shared/ knows no system', ['**/fleet/**'])] },
      ],
    },
  },
  { files: ['functions/fleet/*/index.ts'], rules: banned(...without(hidden.environment)) },
  { files: ['functions/shared/clock.ts'], rules: banned(...without(hidden.time)) },
  { files: ['functions/shared/random.ts'], rules: banned(...without(hidden.random)) },
  {
    files: ['infra/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': ['error', { patterns: [fromTest] }],
      ...banned(...everywhere),
    },
  },
  { files: ['infra/lab/main.ts'], rules: banned(...without(hidden.environment)) },
  { files: ['infra/lab/wall-clock.ts'], rules: banned(...without(hidden.time, hidden.waiting)) },
  { files: ['**/*.mjs'], languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } } },
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
);
