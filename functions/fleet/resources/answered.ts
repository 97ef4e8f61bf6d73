import { StepError } from '../contracts/errors';

/**
 * What an answer of AWS has to have. An empty list says that there is nothing; a list that is not there says nothing,
 * and nothing may follow from it.
 *
 * @param what it is, in words: `the groups`.
 * @throws StepError `AwsUnavailable`: it is asked for again.
 */
export function answered<Part>(part: Part | undefined, what: string): Part {
  if (part === undefined) throw new StepError('AwsUnavailable', `an answer of AWS came without ${what}`);
  return part;
}
