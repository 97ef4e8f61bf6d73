export { abandon, type AbandonResult, type AbandonDeps } from './abandon';
export { hold, type HoldResult, type HoldDeps } from './hold';
export { OperationRefused } from './operation-refused';
export { resume, type ResumeResult } from './resume';
export { retry, type RetryResult, type RetryDeps } from './retry';
export type { InstanceReference } from './subject';
