import { apiError } from '../errors';
import { byteLength } from '../json';
import { MAX_PAYLOAD } from '../states/visit';

/** Checks the input of StartExecution. Throws InvalidExecutionInput and, when it is too long, ValidationException. */
export function checkInput(input: string): string {
  if (byteLength(input) > MAX_PAYLOAD) {
    throw apiError('ValidationException', `the input has ${MAX_PAYLOAD} bytes at most, got ${byteLength(input)}`);
  }
  try {
    JSON.parse(input);
  } catch (thrown) {
    throw apiError('InvalidExecutionInput', `the input must be JSON: ${(thrown as Error).message}`);
  }
  return input;
}
