import { stepErrors } from '../../../functions/fleet/contracts/errors';
import { serviceErrors } from '../../../functions/shared/lambda/service-errors';
import type { Checker } from './checker';

const named = new Set<string>([...Object.keys(stepErrors), ...serviceErrors]);
const bugs = new Set(['TypeError', 'ReferenceError', 'RangeError', 'SyntaxError', 'Error', 'NamedError']);

export const errors: Checker = {
  name: 'errors-have-names',
  holds: 'a step fails with a name that the state machine and operators know; nothing fails for a mistake of ours',
  watch: ({ world }, violate) => {
    const steps = new Set(Object.keys(world.lab.muster.steps));
    return (seen) => {
      if (seen.kind !== 'ended' || !(seen.error instanceof Error)) return;
      const { name, message } = seen.error;
      const { key, function: which } = seen.invocation;
      if (steps.has(which) ? !named.has(name) || name === 'InputRefused' : bugs.has(name))
        violate(`${key} failed with ${name}: ${message} ${whereOf(seen.error)}`);
      if (name === 'ReconcileIncomplete' && /: (TypeError|ReferenceError|RangeError)/.test(message))
        violate(`${key} failed in part: ${message}`);
    };
  },
};

/** The first frames. They are read of a violation alone: to read them costs more than all that a checker does else. */
function whereOf({ stack = '' }: Error): string {
  return stack.split('\n').slice(1, 4).join(' ');
}
