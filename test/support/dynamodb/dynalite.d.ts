// dynalite comes without types. Declared is what is used here, and no more.

declare module 'dynalite' {
  import type { Server } from 'node:http';

  export default function dynalite(options?: { createTableMs?: number }): Server;
}

declare module 'dynalite/db' {
  export type Item = Record<string, unknown>;
  export type Table = Readonly<Record<'KeySchema', readonly { AttributeName: string }[]>>;

  /** An error with the answer that DynamoDB would give. */
  export interface ApiError extends Error {
    readonly statusCode: number;
    readonly body: Record<string, unknown>;
  }

  // eslint-disable-next-line @typescript-eslint/naming-convention -- the name that dynalite gives it
  export const MAX_SIZE: number;
  /** The key of an item, as text. */
  export function createKey(item: Item, table: Table): string;
  export function validateKey(key: Item, table: Table): ApiError | null | undefined;
  export function validateItem(item: Item, table: Table): ApiError | null | undefined;
  export function validationError(message: string): ApiError;
  /** Judges `ConditionExpression`, which validation has parsed into `data`. */
  export function checkConditional(data: object, existing: Item | undefined): ApiError | null | undefined;
}

declare module 'dynalite/validations' {
  /** Throws an ApiError; drops what it does not know. */
  export function checkTypes(data: object, types: object): object;
  /** Throws an ApiError; parses the expressions and puts them into `data`. */
  export function checkValidations(data: object, types: object, custom: unknown, store: object): void;
}

declare module 'dynalite/validations/*' {
  export const types: object;
  export const custom: unknown;
}
