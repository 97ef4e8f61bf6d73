import { Token } from 'aws-cdk-lib';
import { NamedError } from '../../../../functions/shared/named-error';

// What group names may hold besides letters: everything printable but the colon, also what IAM reads as a wildcard
// (* and ?) or as a policy variable (${…}). IAM's own way to mean such a character is ${*}, ${?} and ${$}.

/** `text` where IAM takes wildcards: in a resource, or in StringLike. */
export function inPattern(text: string): string {
  return literal(text).replace(/[*?$]/g, (character) => `\${${character}}`);
}

/** `text` where IAM takes no wildcards, but still variables: in StringEquals. */
export function inEquality(text: string): string {
  return literal(text).replaceAll('$', '${$}');
}

/** @throws NamedError `NameUnresolved` for a CDK token, which would be taken apart here and come to nothing. */
export function literal(text: string): string {
  if (!Token.isUnresolved(text)) return text;
  throw new NamedError('NameUnresolved', `permissions need names as they are, not the CDK token ${text}`, {
    fault: 'operator',
  });
}

export function distinct<Value>(values: readonly Value[]): Value[] {
  return [...new Set(values)];
}

/** The items by key, both in the order in which they came first. */
export function groupedBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups.values()];
}
