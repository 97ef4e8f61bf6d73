import { apiError } from '../errors';
import { byteLength } from '../json';
import { maxPayloadBytes } from '../states/enter-and-exit';

/** Checks the input of StartExecution. Throws InvalidExecutionInput and, when it is too long, ValidationException. */
export function checkInput(input: string): string {
  if (byteLength(input) > maxPayloadBytes) {
    throw apiError('ValidationException', `the input has ${maxPayloadBytes} bytes at most, got ${byteLength(input)}`);
  }
  try {
    JSON.parse(input);
  } catch (thrown) {
    throw apiError('InvalidExecutionInput', `the input must be JSON: ${(thrown as Error).message}`);
  }
  return input;
}
