// Before each test file: what the process keeps from one to the next, and pays for.

// axios asks for these at every request. Node computes them once for `process`, but jest gives tests a copy of it that
// would compute them each time, which was 4 % of a workflow test.
Object.defineProperty(process, 'allowedNodeEnvironmentFlags', { value: process.allowedNodeEnvironmentFlags });

// jest-circus makes an AsyncLocalStorage for each file and never disables it, and before version 24 Node asks each one that
// is enabled at each promise: after a hundred files, tests took four to eight times as long.
const { AsyncLocalStorage } = require('node:async_hooks');
const used = Symbol.for('muster: storages of test files');
if (AsyncLocalStorage[used] === undefined) {
  AsyncLocalStorage[used] = new Set();
  const { run } = AsyncLocalStorage.prototype;
  AsyncLocalStorage.prototype.run = function (...args) {
    AsyncLocalStorage[used].add(this);
    return run.apply(this, args);
  };
}
for (const storage of AsyncLocalStorage[used]) storage.disable();
AsyncLocalStorage[used].clear();
