import type { State } from '../machine/definition';
import type { Flow } from '../flow';
import type { Json } from '../json';
import { quote } from '../template';
import { evaluateField, evaluationFailed, type Field } from './enter-and-exit';

interface Kinds {
  readonly string: string;
  readonly number: number;
  readonly boolean: boolean;
  readonly array: readonly Json[];
}

/** Evaluates a field that has to be of one type; otherwise the evaluation has failed, in AWS's words. */
export async function evaluateAs<Kind extends keyof Kinds>(
  flow: Flow,
  state: State,
  field: Field,
  kind: Kind,
): Promise<Kinds[Kind]> {
  const value = await evaluateField(flow, state, field);
  const { template, location } = field;
  // What is written out and not computed was checked when the machine was loaded.
  if (kindOf(value) === kind || template.kind !== 'expression') return value as Kinds[Kind];
  const reason = `returned an unexpected result type. Expected '${kind}', but was '${kindOf(value)}' for value: ${JSON.stringify(value)}`;
  throw evaluationFailed(flow, state, location, `${quote(template.expression, location)} ${reason}`);
}

function kindOf(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
