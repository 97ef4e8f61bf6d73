import * as db from 'dynalite/db';
import type { Item, Table } from 'dynalite/db';
import * as validations from 'dynalite/validations';
import * as deleteItem from 'dynalite/validations/deleteItem';
import * as putItem from 'dynalite/validations/putItem';
import * as updateItem from 'dynalite/validations/updateItem';

/** One action of a transaction: as it came, and as dynalite's validation has understood it. */
export interface Action {
  readonly tableName: string;
  /** The same action as an operation of its own; none for a ConditionCheck. */
  readonly operation?: 'PutItem' | 'UpdateItem' | 'DeleteItem';
  readonly input: Item;
  /** With the parsed condition inside. */
  readonly parsed: object;
  readonly returnsItemOnFailure: boolean;
}

// A ConditionCheck is a DeleteItem that deletes nothing: same key, same condition.
const kinds = {
  Put: { operation: 'PutItem', validation: putItem },
  Update: { operation: 'UpdateItem', validation: updateItem },
  Delete: { operation: 'DeleteItem', validation: deleteItem },
  ConditionCheck: { operation: undefined, validation: deleteItem },
} as const;

const store = { options: { maxItemSize: db.MAX_SIZE } };

/** Parses the actions of a request. Throws the ApiError that DynamoDB would answer. */
export function parseActions(items: unknown): Action[] {
  if (!Array.isArray(items) || items.length < 1 || items.length > 100) {
    const found = Array.isArray(items) ? items.length : 0;
    throw db.validationError(
      `1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100 and greater than or equal to 1, has ${found}`,
    );
  }
  return items.map((item) => parseAction(item as Item));
}

function parseAction(item: Item): Action {
  const given = (Object.keys(kinds) as (keyof typeof kinds)[]).filter((kind) => item[kind] !== undefined);
  const [kind] = given;
  if (kind === undefined || given.length > 1) {
    throw db.validationError('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  const { ReturnValuesOnConditionCheckFailure: returned, ...input } = item[kind] as Item;
  const { operation, validation } = kinds[kind];
  if (kind === 'ConditionCheck' && input.ConditionExpression === undefined) {
    throw db.validationError('a ConditionCheck needs a ConditionExpression');
  }
  // checkTypes changes what it is given.
  const parsed = validations.checkTypes(structuredClone(input), validation.types);
  validations.checkValidations(parsed, validation.types, validation.custom, store);
  return {
    tableName: String(input.TableName),
    ...(operation === undefined ? {} : { operation }),
    input,
    parsed,
    returnsItemOnFailure: returned === 'ALL_OLD',
  };
}

/** The key of the item that `action` is about. Throws the ApiError that DynamoDB would answer. */
export function keyOf(action: Action, table: Table): Item {
  const whole = action.input.Item as Item | undefined;
  const invalid = whole === undefined ? db.validateKey(action.input.Key as Item, table) : db.validateItem(whole, table);
  if (invalid) throw invalid;
  if (whole === undefined) return action.input.Key as Item;
  return Object.fromEntries(table.KeySchema.map(({ AttributeName }) => [AttributeName, whole[AttributeName]]));
}

/** Whether the condition of `action`, if it has one, is met by the item as it is. */
export function isMet(action: Action, existing: Item | undefined): boolean {
  return !db.checkConditional(action.parsed, existing);
}
