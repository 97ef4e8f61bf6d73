import type { Mutant } from './mutants';

interface Retrier {
  ErrorEquals: string[];
  MaxAttempts: number;
}

/** All mutants of a state machine's retriers: one that does not retry, one without each of its errors. */
export function retrierMutants(text: string): Mutant[] {
  const machine = JSON.parse(text) as { States: Record<string, { Retry?: Retrier[] }> };
  const mutants: Mutant[] = [];
  for (const [state, { Retry = [] }] of Object.entries(machine.States)) {
    for (const retrier of Retry) {
      const errors = retrier.ErrorEquals;
      const line = text.slice(0, text.indexOf(`"${state}": {`)).split('\n').length;
      const add = (what: string) => mutants.push({ line, what, text: JSON.stringify(machine, null, 2) });
      const { MaxAttempts } = retrier;
      retrier.MaxAttempts = 0;
      add(`${state}: ${errors[0] ?? ''} … is not retried`);
      retrier.MaxAttempts = MaxAttempts;
      for (const error of errors) {
        retrier.ErrorEquals = errors.length === 1 ? ['NoSuchError'] : errors.filter((other) => other !== error);
        add(`${state}: without ${error}`);
      }
      retrier.ErrorEquals = errors;
    }
  }
  return mutants;
}
