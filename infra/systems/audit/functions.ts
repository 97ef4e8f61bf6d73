import type { FunctionSpec } from '../../constructs/system-function';

const way = ['STATE_TABLE', 'MAIL_FROM', 'MAIL_TO', 'TOPIC_ARN', 'CHAT', 'POLICY'];
/** Unpacks and reads: one core is 1,769 MB, and what it needs of memory is below 100 MB. */
const reader = { environment: [...way, 'RULES', 'NODE_OPTIONS'], memoryMb: 1769 } as const;

/** Every function of the system. A new one is an entry here and one in `permissions.ts`. */
export const auditFunctions = {
  'inspect-log': {
    ...reader,
    calledBy: 'queue',
    does: 'Reads the audit logs that S3 announces, and mails the findings',
    timeoutSeconds: 300,
  },
  'inspect-stream': {
    ...reader,
    calledBy: 'events',
    does: 'Reads audit logs as CloudWatch Logs hands them over',
    timeoutSeconds: 60,
    // Batches of a cluster have one memory: at the same time they would only be in each other's way. Lambda keeps them.
    reservedConcurrency: 1,
  },
  'read-objects': {
    ...reader,
    calledBy: 'workflow',
    does: 'Reads those of a list of audit logs that have not been read',
    timeoutSeconds: 840,
  },
  watch: {
    calledBy: 'schedule',
    does: 'Each minute: silence, digest, daily proof of life, and mails that could not be sent',
    environment: [...way, 'CLUSTERS'],
    timeoutSeconds: 50,
    memoryMb: 512,
    reservedConcurrency: 1,
  },
} as const satisfies Record<string, FunctionSpec>;

export type AuditFunction = keyof typeof auditFunctions;
