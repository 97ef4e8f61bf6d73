import { NamedError } from '../../../../functions/shared/named-error';

/** An event pattern as it stands in a rule: nested objects, and at their leaves lists of what is accepted. */
export interface Pattern {
  readonly [field: string]: Pattern | readonly Matcher[];
}

export type Matcher =
  | string
  | number
  | boolean
  | null
  | { readonly prefix: string }
  | { readonly suffix: string }
  | { readonly exists: boolean }
  | { readonly 'anything-but': string | number | readonly (string | number)[] };

/** Whether the event matches: every field of the pattern must; fields that the pattern lacks do not matter. */
export function matchesPattern(pattern: Pattern, event: unknown): boolean {
  return Object.entries(pattern).every(([field, expected]) => {
    const value = isRecord(event) ? event[field] : undefined;
    return isList(expected) ? expected.some((matcher) => matchesLeaf(matcher, value)) : matchesPattern(expected, value);
  });
}

function matchesLeaf(matcher: Matcher, value: unknown): boolean {
  // A list in the event matches if one of its elements does.
  if (Array.isArray(value)) return value.some((element) => matchesLeaf(matcher, element));
  if (typeof matcher !== 'object' || matcher === null) return value === matcher;
  if ('exists' in matcher) return (value !== undefined) === matcher.exists;
  if ('prefix' in matcher) return typeof value === 'string' && value.startsWith(matcher.prefix);
  if ('suffix' in matcher) return typeof value === 'string' && value.endsWith(matcher.suffix);
  if ('anything-but' in matcher) return value !== undefined && !listOf(matcher['anything-but']).includes(value);
  throw unsupported(matcher);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** Refuses what `matches` would not understand, when the rule is put and not when the first event comes. */
export function checkPattern(pattern: Pattern): void {
  for (const expected of Object.values(pattern)) {
    if (!isList(expected)) checkPattern(expected);
    else expected.forEach(checkMatcher);
  }
}

function checkMatcher(matcher: Matcher): void {
  if (typeof matcher !== 'object' || matcher === null) return;
  const known = ['prefix', 'suffix', 'exists', 'anything-but'];
  if (Object.keys(matcher).length !== 1 || !known.some((operator) => operator in matcher)) throw unsupported(matcher);
}

function unsupported(matcher: unknown): NamedError {
  const text = `the lab's bus does not know the event pattern operator ${JSON.stringify(matcher)}`;
  return new NamedError('PatternUnsupported', text, { fault: 'bug' });
}

function isList(value: Pattern | readonly Matcher[]): value is readonly Matcher[] {
  return Array.isArray(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
