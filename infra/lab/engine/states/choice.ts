import type { ChoiceState } from '../machine/definition';
import { StateFailure } from '../errors';
import type { Flow } from '../flow';
import { scopeOf } from '../scope';
import { evaluateAs } from './expect';
import { leave, whileExecuting, type Exit } from './enter-and-exit';

export async function runChoice(flow: Flow, state: ChoiceState): Promise<Exit> {
  flow.beginAttempt(0);
  const scope = scopeOf(flow, state);
  for (const [index, rule] of state.choices.entries()) {
    const prefix = `Choices[${index}]/`;
    const field = { template: rule.condition, scope, location: `${prefix}Condition` };
    if (!(await evaluateAs(flow, state, field, 'boolean'))) continue;
    const left = await leave(flow, state, rule, { scope, otherwise: flow.input, prefix });
    return { ...left, next: rule.next };
  }
  if (state.default === undefined) throw noChoice(flow, state);
  return { ...(await leave(flow, state, state, { scope, otherwise: flow.input })), next: state.default };
}

function noChoice(flow: Flow, state: ChoiceState): StateFailure {
  const reason = 'Failed to transition out of the state. The state does not point to a next state.';
  // What AWS reports, against its documentation, which names States.NoChoiceMatched.
  return new StateFailure({ error: 'States.Runtime', cause: whileExecuting(flow, state, reason) });
}
