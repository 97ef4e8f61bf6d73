// Node 20 is supported until the SDK drops it; its reminder in every test file helps nobody.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

/** @type {import('jest').Config} */
export default {
  // Not in the temporary directory: `npm test` removes its own at the end, and the next run would be slower.
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  testSequencer: './test/sequencer.mjs',
  testEnvironment: 'node',
  setupFiles: ['<rootDir>/test/support/between-files.cjs'],
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  // Tests must not lean on one another: every run shuffles them (jest prints the seed).
  randomize: true,
  restoreMocks: true,
  // All cores: by default one is kept free, which on two cores leaves one.
  maxWorkers: '100%',
  // Only what hangs is to meet it: machines of CI are shared, and a crowd in the lab takes its time there.
  testTimeout: 90_000,
};
