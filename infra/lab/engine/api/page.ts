import { apiError } from '../errors';

/** A part of a list, and the token for the next part if there is one. */
export interface Page<T> {
  readonly items: T[];
  readonly next: { nextToken?: string };
}

/** Cuts a list into pages of `size`; the whole list without one. Throws InvalidToken. */
export function resultsPage<T>(items: readonly T[], size: number | undefined, token: string | undefined): Page<T> {
  const start = token === undefined ? 0 : Number(token);
  if (!Number.isInteger(start) || start < 0 || start > items.length)
    throw apiError('InvalidToken', `Invalid Token: '${token ?? ''}'`);
  const end = size === undefined || size === 0 ? items.length : Math.min(items.length, start + size);
  return { items: items.slice(start, end), next: end < items.length ? { nextToken: String(end) } : {} };
}
