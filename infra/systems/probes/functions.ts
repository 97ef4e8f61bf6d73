import type { FunctionSpec } from '../../constructs/system-function';

/** In every region. */
export const regionFunctions = {
  'start-looks': {
    calledBy: 'schedule',
    does: 'Asks for the looks of the minute, those of later seconds with a delay',
    environment: ['PLAN_FILE', 'LOOKS_QUEUE_URL'],
    timeoutSeconds: 30,
    memoryMb: 512,
  },
  look: {
    calledBy: 'queue',
    does: 'Checks the targets that are due, and reports to home',
    environment: [
      'PLAN_FILE',
      'DEPLOYMENT',
      'LOOKS_QUEUE_URL',
      'REPORTS_QUEUE_URL',
      'HOME_REGION',
      'UV_THREADPOOL_SIZE',
    ],
    // A look lasts 15 s at most, and all of them begin within seconds.
    timeoutSeconds: 60,
    // A whole processor: with less of it a look measures its own waiting.
    memoryMb: 1769,
  },
} as const satisfies Record<string, FunctionSpec>;

/** In the region of the deployment. */
export const homeFunctions = {
  judge: {
    // By its queue too, which keeps what failed.
    calledBy: 'schedule',
    does: 'Judges what the regions report, and notifies people',
    environment: ['PLAN_FILE', 'DEPLOYMENT', 'STATE_TABLE', 'MAIL_FROM', 'MAIL_TO', 'TOPIC_ARN', 'CHAT'],
    timeoutSeconds: 60,
    memoryMb: 1769,
  },
  'publish-page': {
    calledBy: 'schedule',
    does: 'Makes the status page of what is known',
    environment: ['PLAN_FILE', 'STATE_TABLE', 'PAGE_BUCKET'],
    timeoutSeconds: 30,
    memoryMb: 512,
  },
} as const satisfies Record<string, FunctionSpec>;

export type RegionFunction = keyof typeof regionFunctions;
export type HomeFunction = keyof typeof homeFunctions;
