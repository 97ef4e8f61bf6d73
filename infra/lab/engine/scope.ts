import type { Json } from './json';
import type { State } from './definition';
import type { Flow } from './flow';
import type { Scope, StatesVariable } from './expressions/scope';

/** What an attempt adds to what a state's expressions see. */
interface Attempted extends Pick<StatesVariable, 'result' | 'errorOutput'> {
  /** Counts from 0. */
  readonly attempt?: number;
  /** Of a Map: by default the one that the flow is for. */
  readonly item?: Flow['item'];
}

/** What a state's expressions see. */
export function scopeOf(flow: Flow, state: State, attempted: Attempted = {}): Scope {
  return {
    states: statesOf(flow, state, attempted),
    variables: flow.variables,
    moment: { millis: flow.execution.clock.millis(), random: flow.chance },
  };
}

/** The context is looked at seldom, and made then. */
function statesOf(flow: Flow, state: State, { attempt = 0, item = flow.item, ...more }: Attempted) {
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
