import * as z from 'zod';
import { jenkinsUrls } from './jenkins-urls';

/** Where an operator's commands find a deployment: JSON in the parameter `/<stack>/deployment`. */
export const deploymentRecord = z.object({
  ledgerTable: z.string(),
  /** Of the state machine of launches. */
  stateMachineArn: z.string(),
  /** Of the state machine that takes back what instances hold. */
  releaseArn: z.string(),
  settingsPrefix: z.string(),
  /** What each secret may be used for; a record without it is of an older version, and allows nothing. */
  jenkinsUrls: jenkinsUrls.default({}),
});

export type DeploymentRecord = z.output<typeof deploymentRecord>;

/** `/muster/deployment` */
export function deploymentParameterName(stackName: string): string {
  return `/${stackName}/deployment`;
}
