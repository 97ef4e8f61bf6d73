import * as z from '../../shared/schema';
import { heartbeats } from './heartbeats';
import { jenkinsUrls } from './jenkins-urls';

/** Zones and target groups that were taken out of the settings while members had them on record. */
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
  /** Of the state machine of launches. */
  stateMachineArn: z.string(),
  /** Of the state machine that takes back what instances hold. */
  releaseArn: z.string(),
  settingsPrefix: z.string(),
  /** What releases may clean up besides; a deployment of an earlier version does not say. */
  formerly: z._default(formerly, { zones: [], targetGroups: [] }),
  /** What each secret may be used for; a record without it is of an older version, and allows nothing. */
  jenkinsUrls: z._default(jenkinsUrls, {}),
  /** What the hooks' time-outs were deployed as; absent in a record of an older version, which does not say. */
  heartbeats: z.optional(heartbeats),
});

export type DeploymentRecord = z.output<typeof deploymentRecord>;

/** `/muster/deployment` */
export function deploymentParameterName(stackName: string): string {
  return `/${stackName}/deployment`;
}
