import type { FormerResources } from '../../../../functions/fleet/contracts/deployment';

export type { FormerResources };

/**
 * What a deployment of Muster manages: all that the permissions of its functions are narrowed to.
 *
 * ARNs, ids, partition, account and region may be CDK tokens. Names are compared and rewritten here, so they must be
 * literal: `settingsPrefix`, and of a group `name`, `namePattern`, `tagKeys` and its zones' names.
 */
export interface PermissionScope {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  /** The ledger's table. */
  readonly tableArn: string;
  /** What the names of the groups' settings parameters begin with, such as `/muster/groups/`. */
  readonly settingsPrefix: string;
  readonly stateMachineArns: { readonly scaleOut: string; readonly release: string };
  /** The topic that notifies people, and the key that encrypts it. */
  readonly notifications: { readonly topicArn: string; readonly keyArn: string };
  readonly groups: readonly GroupScope[];
  /** What stood in the settings before, and what members that live may still hold: a release may use it, a launch not. */
  readonly formerly?: FormerResources;
}

/** One managed group. */
export interface GroupScope {
  /** The Auto Scaling group's name. */
  readonly name: string;
  readonly targetGroupArns: readonly string[];
  /** The tags of the settings; those that Muster writes of itself (`Name`, `muster:index`, `muster:deployment`) go without saying. */
  readonly tagKeys: readonly string[];
  /** `names.pattern` of the settings, such as `{group}-{index:02}`. */
  readonly namePattern: string;
  /** ARNs of the secrets with its Jenkins credentials, each with its random ending, or with `-??????` in its place. */
  readonly secretArns: readonly string[];
  /** Absent for a group without DNS. */
  readonly zone?: ZoneScope;
  readonly reverseZone?: ZoneScope;
}

export interface ZoneScope {
  readonly zoneId: string;
  /** Lower case, without a dot at the end. */
  readonly zoneName: string;
}
