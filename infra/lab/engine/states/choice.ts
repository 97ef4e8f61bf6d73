import type { ChoiceRule, ChoiceState } from '../definition';
import { StateFailure } from '../errors';
import type { Scope } from '../expressions/scope';
import type { Flow } from '../flow';
import { scopeOf } from '../scope';
import { expect } from './expect';
import { evaluateField, leave, whileExecuting, type Exit } from './visit';

export async function runChoice(flow: Flow, state: ChoiceState): Promise<Exit> {
  flow.beginAttempt(0);
  const scope = scopeOf(flow, state);
  for (const [index, rule] of state.choices.entries()) {
    if (!(await holds(flow, state, rule, scope, index))) continue;
    const left = await leave(flow, state, rule, scope, flow.input, `Choices[${index}]/`);
    return { ...left, next: rule.next };
  }
  if (state.default === undefined) throw noChoice(flow, state);
  return { ...(await leave(flow, state, state, scope, flow.input)), next: state.default };
}

async function holds(flow: Flow, state: ChoiceState, rule: ChoiceRule, scope: Scope, index: number): Promise<boolean> {
  const location = `Choices[${index}]/Condition`;
  const value = await evaluateField(flow, state, rule.condition, scope, location);
  return expect(flow, state, rule.condition, location, 'boolean', value) as boolean;
}

function noChoice(flow: Flow, state: ChoiceState): StateFailure {
  const reason = 'Failed to transition out of the state. The state does not point to a next state.';
  // What AWS reports, against its documentation, which names States.NoChoiceMatched.
  return new StateFailure({ error: 'States.Runtime', cause: whileExecuting(flow, state, reason) });
}
