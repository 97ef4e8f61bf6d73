import type { FunctionSpec } from '../../constructs/system-function';

const warehouse = ['WAREHOUSE', 'DATABASE', 'SCHEMA', 'BUCKET', 'COPY_ROLE', 'HORIZON_DAYS'];
const step = { calledBy: 'workflow', timeoutSeconds: 30, memoryMb: 512 } as const;
/** Reads and writes files, one after the other. */
const mover = { ...step, timeoutSeconds: 300, memoryMb: 1024 } as const;

/** Every function of the system. A new one is an entry here and one in `permissions.ts`. */
export const webhookFunctions = {
  ingress: {
    calledBy: 'request',
    does: 'Receives what partners post: route, signature, queue',
    environment: ['ROUTES_PATH', 'QUEUE_URL', 'BUCKET'],
    // An HTTP API gives up after 30 s.
    timeoutSeconds: 25,
    memoryMb: 1024,
  },
  'stage-events': {
    calledBy: 'queue',
    does: 'Writes accepted events as compressed batches, and puts aside what fits no table',
    environment: ['ROUTES_PATH', 'BUCKET'],
    timeoutSeconds: 60,
    memoryMb: 1024,
  },
  'start-loads': {
    calledBy: 'schedule',
    does: 'Starts the load of each table that has something to load',
    environment: ['ROUTES_PATH', 'BUCKET', 'STATE_MACHINE_ARN'],
    timeoutSeconds: 60,
    memoryMb: 512,
    reservedConcurrency: 1,
  },
  'plan-batch': { ...step, does: 'Writes down which files are loaded next', environment: ['BUCKET'] },
  'submit-load': {
    ...mover,
    does: 'Asks the warehouse for the load, once an attempt',
    environment: ['ROUTES_PATH', ...warehouse],
  },
  'follow-load': {
    ...step,
    does: 'Sees whether the load is over',
    environment: warehouse,
    // To another role the Data API shows no such statement.
    actsAs: 'submit-load',
  },
  'confirm-load': { ...step, does: 'Reads in the ledger what became of the load', environment: warehouse },
  'split-batch': { ...mover, does: 'Splits a refused batch', environment: ['BUCKET'] },
  'archive-batch': { ...mover, does: 'Puts loaded files into the archive', environment: ['BUCKET'] },
} as const satisfies Record<string, FunctionSpec>;

export type WebhookFunction = keyof typeof webhookFunctions;
