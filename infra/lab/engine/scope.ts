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

// What stands in `$states` is fields and not getters, though few are looked at: V8 makes a getter of its own for each
// object, which takes longer than all of the parts. Those that stay the same are made once.

function statesOf(flow: Flow, state: State, { attempt = 0, item = flow.item, ...more }: AttemptScope) {
  return { input: flow.input.value, context: contextOf(flow, state, attempt, item), ...more };
}

const recoverableTypes = new Set(['Task', 'Parallel', 'Map']);

/** The context object, `$states.context`. */
function contextOf(flow: Flow, { name, type }: State, attempt: number, item: Flow['item']): Json {
  const EnteredTime = enteredTime(flow);
  const context = {
    ...executionPartOf(flow.execution),
    State: recoverableTypes.has(type) ? { Name: name, EnteredTime, RetryCount: attempt } : { Name: name, EnteredTime },
  };
  return item === undefined ? context : withItem(context, item);
}

interface ExecutionPart {
  readonly Execution: JsonObject;
  readonly StateMachine: JsonObject;
}

const executionParts = new WeakMap<Flow['execution'], { readonly redrives: number; readonly part: ExecutionPart }>();

/** What the context says of the execution: the same until it is redriven. */
function executionPartOf(execution: Flow['execution']): ExecutionPart {
  const known = executionParts.get(execution);
  if (known?.redrives === execution.redriveCount) return known.part;
  const part = {
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
  };
  executionParts.set(execution, { redrives: execution.redriveCount, part });
  return part;
}

const enteredTimes = new WeakMap<Date, string>();

function enteredTime({ entered, execution }: Flow): string {
  const time = entered?.time ?? execution.startDate;
  const text = enteredTimes.get(time) ?? time.toISOString();
  enteredTimes.set(time, text);
  return text;
}

function withItem(context: JsonObject, { index, value }: MapItem): Json {
  return { ...context, Map: { Item: { Index: index, Value: value } } };
}
