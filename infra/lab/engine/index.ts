/**
 * The engine: AWS Step Functions for machines in JSONata, in virtual time. SPEC.md says what it models and what it
 * leaves out. `createEngine` has an example.
 */
export { loadStateMachine, type LoadOptions } from './load';
export type { Engine, EngineEvents, EngineOptions, HistoryNotice } from './engine';
export { createEngine } from './service';
export { stepFunctionsPort } from './step-functions-port';
export { lambdaTasks, type LambdaFunction } from './tasks/lambda';
export { InvalidDefinition, TaskFailure, type Problem } from './errors';
export type { StateMachine } from './machine/definition';
export type { StatusDetail, StatusEvent } from './api/status-event';
export type { TaskCall, TaskHandler } from './task-handler';
