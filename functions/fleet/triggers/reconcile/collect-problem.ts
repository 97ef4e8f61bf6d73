import { messageOf } from '../../../shared/aws-errors';

/** Does some of the work of a run; what keeps it from being done is noted, and the rest continues. */
export async function collectProblem(problems: string[], what: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    problems.push(`${what}: ${error instanceof Error ? error.name : 'error'}: ${messageOf(error)}`);
  }
}
