import { PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** By operator, then by condition key. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** One thing that a function may do: a statement that allows, and why it is as wide as it is. */
export interface Permission {
  /** Letters and digits; unique within the function. */
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Conditions;
  /** What it is narrowed to, in words: for the README, and for auditors. */
  readonly narrowedTo: string;
  /** Why a resource has a wildcard in it. Present exactly if one has. */
  readonly wildcard?: string;
}

/** A permission that IAM offers for `*` only; `reason` says so, or why it is given none the less. */
export function onEverything(reason: string, permission: Pick<Permission, 'sid' | 'actions'>): Permission {
  return { ...permission, resources: ['*'], narrowedTo: 'everything, see below', wildcard: reason };
}

export function toStatement({ sid, actions, resources, conditions }: Permission): PolicyStatement {
  return new PolicyStatement({
    sid,
    actions: [...actions],
    resources: [...resources],
    ...(conditions === undefined ? {} : { conditions }),
  });
}

/**
 * One permission for each of `items`, with numbered sids from the second one on. IAM takes no statement without a
 * resource, so nothing to grant is no statement, and not an empty one.
 */
export function forEach<Item>(items: readonly Item[], make: (item: Item) => Permission): Permission[] {
  return items
    .map(make)
    .filter(({ resources }) => resources.length > 0)
    .map((permission, at) => (at === 0 ? permission : { ...permission, sid: `${permission.sid}${at + 1}` }));
}
