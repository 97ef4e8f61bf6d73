import type { Json, JsonObject } from './json';
import type { State } from './machine/definition';
import type { Flow, MapItem } from './flow';
import type { Scope, StatesVariable } from './expressions/scope';

/** What an attempt adds to what a state's expressions see. */
interface AttemptScope extends Pick<StatesVariable, 'result' | 'errorOutput'> {
  /** Counts from 0. */
  readonly attempt?: number;
  /** Of a Map: by default the one that the flow is for. */
  readonly item?: Flow['item'];
}

/** What a state's expressions see. */
export function scopeOf(flow: Flow, state: State, attempted: AttemptScope = {}): Scope {
  return {
    states: statesOf(flow, state, attempted),
    variables: flow.variables,
    moment: { millis: flow.execution.clock.millis(), random: flow.chance },
  };
}

/** The context is looked at seldom, and made then. */
function statesOf(flow: Flow, state: State, { attempt = 0, item = flow.item, ...more }: AttemptScope) {
  let context: Json | undefined;
  return {
    input: flow.input.value,
    get context(): Json {
      return (context ??= contextOf(flow, state, attempt, item));
    },
    ...more,
  };
}

const recoverableTypes = new Set(['Task', 'Parallel', 'Map']);

/** The context object, `$states.context`. Its parts are made when they are looked at: a poll looks at one number. */
function contextOf(flow: Flow, state: State, attempt: number, item: Flow['item']): Json {
  const { execution } = flow;
  const context = {
    get Execution(): Json {
      return executionOf(execution);
    },
    StateMachine: { Id: execution.stateMachineArn, Name: execution.stateMachineName },
    get State(): Json {
      return stateOf(flow, state, attempt);
    },
  };
  return item === undefined ? context : withItem(context, item);
}

function executionOf(execution: Flow['execution']): Json {
  return {
    Id: execution.arn,
    Input: execution.input.value,
    StartTime: execution.startDate.toISOString(),
    Name: execution.name,
    RoleArn: execution.roleArn,
    RedriveCount: execution.redriveCount,
    ...(execution.redriveDate === undefined ? {} : { RedriveTime: execution.redriveDate.toISOString() }),
  };
}

function stateOf(flow: Flow, { name, type }: State, attempt: number): Json {
  if (!recoverableTypes.has(type)) return { Name: name, EnteredTime: enteredTime(flow) };
  return {
    Name: name,
    get EnteredTime() {
      return enteredTime(flow);
    },
    RetryCount: attempt,
  };
}

function enteredTime({ entered, execution }: Flow): string {
  return (entered?.time ?? execution.startDate).toISOString();
}

function withItem(context: JsonObject, { index, value }: MapItem): Json {
  return { ...context, Map: { Item: { Index: index, Value: value } } };
}
