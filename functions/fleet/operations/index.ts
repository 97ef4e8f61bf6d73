export { abandon, type Abandoned, type AbandonDeps } from './abandon';
export { hold, type HoldResult, type HoldDeps } from './hold';
export { OperationRefused } from './refused';
export { resume, type Resumed } from './resume';
export { retry, type Retried, type RetryDeps } from './retry';
export type { Who } from './subject';
