import { listOf, type IamRequest, type StatementJson } from './request';

/**
 * Whether a statement allows a request, by the rules of IAM for what our statements use, and for nothing else: a
 * statement in other terms is refused rather than taken for an allowing one.
 *
 * Source: IAM user guide, "JSON policy elements: Condition operators" and "Single-valued vs. multivalued context keys".
 */
export function allows(statement: StatementJson, request: IamRequest): boolean {
  if (statement.Effect !== 'Allow') throw new Error(`no evaluation of ${statement.Effect}`);
  return (
    listOf(statement.Action).includes(request.action) &&
    listOf(statement.Resource).some((pattern) => matches(pattern, request.resource)) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, wanted]) => holds(operator, listOf(wanted), request.context[key])),
    )
  );
}

function holds(operator: string, wanted: readonly string[], present: readonly string[] | undefined): boolean {
  switch (operator) {
    case 'StringEquals':
      return single(present, (value) => wanted.some((one) => equals(one, value)));
    case 'ForAllValues:StringEquals':
      // Also of none at all, and of a missing key: that is what Null is for.
      return (present ?? []).every((value) => wanted.some((one) => equals(one, value)));
    case 'ForAllValues:StringLike':
      return (present ?? []).every((value) => wanted.some((one) => matches(one, value)));
    case 'Null':
      return wanted.includes(String((present ?? []).length === 0));
    default:
      throw new Error(`no evaluation of the operator ${operator}`);
  }
}

function single(present: readonly string[] | undefined, test: (value: string) => boolean): boolean {
  if (present === undefined) return false;
  if (present.length !== 1) throw new Error(`one value expected for a key of one value, got ${present.join(', ')}`);
  return present.every(test);
}

/** With variables: `${*}`, `${?}` and `${$}` are the characters themselves; no other one is used. */
function equals(wanted: string, value: string): boolean {
  return partsOf(wanted).map(unescaped).join('') === value;
}

const compiled = new Map<string, RegExp>();

/** With wildcards as well. */
export function matches(pattern: string, text: string): boolean {
  const known = compiled.get(pattern) ?? compile(pattern);
  compiled.set(pattern, known);
  return known.test(text);
}

function compile(pattern: string): RegExp {
  const source = partsOf(pattern).map((part) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    return unescaped(part).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${source.join('')}$`, 's');
}

function partsOf(pattern: string): string[] {
  return pattern.match(/\$\{[^}]*\}|[^]/g) ?? [];
}

function unescaped(part: string): string {
  if (!part.startsWith('${')) return part;
  const inside = part.slice(2, -1);
  if (!['*', '?', '$'].includes(inside)) throw new Error(`no evaluation of the policy variable ${part}`);
  return inside;
}
