import * as z from '../../shared/schema';
import { heartbeats } from './heartbeats';
import { jenkinsUrls } from './jenkins-urls';

/** Zones and target groups that were removed from the settings while members still had them on record. */
const formerly = z.object({
  /** Ids of hosted zones, forward and reverse. */
  zones: z.readonly(z.array(z.string())),
  /** ARNs. */
  targetGroups: z.readonly(z.array(z.string())),
});

export type FormerResources = z.output<typeof formerly>;

/** Where an operator's commands find a deployment: JSON in the parameter `/<stack>/deployment`. */
export const deploymentRecord = z.object({
  ledgerTable: z.string(),
  /** Of the state machine for launches. */
  stateMachineArn: z.string(),
  /** Of the state machine for releases. */
  releaseArn: z.string(),
  settingsPrefix: z.string(),
  /** What else releases may clean up; absent in a record of an earlier version. */
  formerly: z._default(formerly, { zones: [], targetGroups: [] }),
  /** What each secret may be used for; a record without it is from an earlier version, and allows nothing. */
  jenkinsUrls: z._default(jenkinsUrls, {}),
  /** The time-outs with which the hooks were deployed; absent in a record of an earlier version. */
  heartbeats: z.optional(heartbeats),
});

export type DeploymentRecord = z.output<typeof deploymentRecord>;

/** `/muster/deployment` */
export function deploymentParameterName(stackName: string): string {
  return `/${stackName}/deployment`;
}
