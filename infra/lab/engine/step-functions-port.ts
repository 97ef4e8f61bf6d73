import type { StepFunctions } from '../../../functions/fleet/ports/aws';
import { apiError } from './errors';
import type { Engine } from './engine';

/** The StepFunctions port on an engine: its own calls give whole lists where AWS gives pages. */
export function stepFunctionsPort(engine: Engine): StepFunctions {
  return {
    startExecution: async (input) => engine.startExecution(input),
    stopExecution: async (input) => engine.stopExecution(input),
    redriveExecution: async (input) => engine.redriveExecution(input),
    describeExecution: async (input) => engine.describeExecution(input),
    listExecutions: async (input) => engine.listExecutions(paged(input)),
    getExecutionHistory: async (input) => engine.getExecutionHistory(paged(input)),
  };
}

const defaultPage = 100;
const largestPage = 1000;

function paged<Input extends { maxResults?: number | undefined }>(input: Input): Input {
  const { maxResults = 0 } = input;
  if (maxResults > largestPage || maxResults < 0) {
    throw apiError('ValidationException', `maxResults is a number from 0 to ${largestPage}, got ${maxResults}`);
  }
  // 0 asks for the default.
  return { ...input, maxResults: maxResults === 0 ? defaultPage : maxResults };
}
