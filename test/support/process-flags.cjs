// axios asks for these at every request. Node computes them once for `process`, but jest gives tests a copy of it that
// would compute them each time, which was 4 % of a workflow test.
Object.defineProperty(process, 'allowedNodeEnvironmentFlags', { value: process.allowedNodeEnvironmentFlags });
