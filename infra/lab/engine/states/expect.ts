import type { State } from '../definition';
import type { Flow } from '../flow';
import type { Json } from '../json';
import { quote, type Template } from '../template';
import { evaluationFailed } from './visit';

type Kind = 'string' | 'number' | 'boolean' | 'array';

/** Gives back `value` if it is of the wanted type; otherwise the evaluation has failed, in AWS's words. */
export function expect(flow: Flow, state: State, template: Template, location: string, kind: Kind, value: Json): Json {
  if (kindOf(value) === kind || template.kind !== 'expression') return value;
  const reason = `returned an unexpected result type. Expected '${kind}', but was '${kindOf(value)}' for value: ${JSON.stringify(value)}`;
  throw evaluationFailed(flow, state, location, `${quote(template.expression, location)} ${reason}`);
}

function kindOf(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
