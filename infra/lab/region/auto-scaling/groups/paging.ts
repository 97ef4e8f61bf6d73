import * as errors from './errors';

interface Page<T> {
  readonly items: T[];
  readonly next: { readonly NextToken?: string };
}

/** One page; the token that leads to the next one is opaque to callers. */
export function recordsPage<T>(all: readonly T[], size: number, token: string | undefined): Page<T> {
  const start = token === undefined ? 0 : Number(/^page-(\d+)$/.exec(token)?.[1] ?? Number.NaN);
  if (Number.isNaN(start)) throw errors.invalidNextToken();
  const end = start + size;
  return { items: all.slice(start, end), next: end < all.length ? { NextToken: `page-${end}` } : {} };
}
