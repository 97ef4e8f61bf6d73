import * as z from 'zod';

/** Where an operator's commands find a deployment: JSON in the parameter `/<stack>/deployment`. */
export const deploymentRecord = z.object({
  ledgerTable: z.string(),
  /** Of the state machine of launches. */
  stateMachineArn: z.string(),
  /** Of the state machine that takes back what instances hold. */
  releaseArn: z.string(),
  settingsPrefix: z.string(),
});

export type DeploymentRecord = z.output<typeof deploymentRecord>;

/** `/muster/deployment` */
export function deploymentParameterName(stackName: string): string {
  return `/${stackName}/deployment`;
}
