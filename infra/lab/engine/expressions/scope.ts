import { NamedError } from '../../../../functions/shared/named-error';
import type { Json } from '../json';
import type { Moment } from './functions';

/** What `$states` holds; a key that is absent is undefined in the expression. */
export interface StatesVariable {
  readonly input: Json;
  readonly context: Json;
  readonly result?: Json;
  readonly errorOutput?: Json;
}

/** What an expression can see. */
export interface Scope {
  readonly states: StatesVariable;
  readonly variables: Readonly<Record<string, Json>>;
  readonly moment: Moment;
}

/** Why an expression gave no value, in AWS's words: the second half of the cause. */
export class ExpressionFailure extends NamedError<'ExpressionFailure'> {
  constructor(reason: string) {
    super('ExpressionFailure', reason, { fault: 'operator' });
  }
}
