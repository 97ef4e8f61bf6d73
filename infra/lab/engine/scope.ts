import type { Json } from './json';
import type { State } from './definition';
import type { Flow } from './flow';
import type { Scope, StatesVariable } from './expressions/scope';

/** What a state's expressions see. `attempt` counts from 0. */
export function scopeOf(
  flow: Flow,
  state: State,
  attempt = 0,
  more: { result?: Json; errorOutput?: Json } = {},
  item = flow.item,
): Scope {
  return {
    states: statesOf(flow, state, attempt, item, more),
    variables: flow.variables,
    moment: { millis: flow.execution.clock.millis(), random: flow.chance },
  };
}

/** The context is looked at seldom, and made then. */
function statesOf(flow: Flow, state: State, attempt: number, item: Flow['item'], more: Partial<StatesVariable>) {
  let context: Json | undefined;
  return {
    input: flow.input.value,
    get context(): Json {
      return (context ??= contextOf(flow, state, attempt, item));
    },
    ...more,
  };
}

const RECOVERABLE = new Set(['Task', 'Parallel', 'Map']);

/** The context object, `$states.context`. */
function contextOf(flow: Flow, state: State, attempt: number, item: Flow['item']): Json {
  const { execution, entered } = flow;
  return {
    Execution: {
      Id: execution.arn,
      Input: execution.input.value,
      StartTime: execution.startDate.toISOString(),
      Name: execution.name,
      RoleArn: execution.roleArn,
      RedriveCount: execution.redriveCount,
      ...(execution.redriveDate === undefined ? {} : { RedriveTime: execution.redriveDate.toISOString() }),
    },
    StateMachine: { Id: execution.stateMachineArn, Name: execution.stateMachineName },
    State: {
      Name: state.name,
      EnteredTime: (entered?.time ?? execution.startDate).toISOString(),
      ...(RECOVERABLE.has(state.type) ? { RetryCount: attempt } : {}),
    },
    ...(item === undefined ? {} : { Map: { Item: { Index: item.index, Value: item.value } } }),
  };
}
