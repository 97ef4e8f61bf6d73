import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Architecture, Code, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { PlanFile } from '../../../functions/probes/contracts/plan';
import type { SystemDeps } from '../system';
import type { ProbesSection } from './config';

/** Where the functions find it. */
export const planPath = '/opt/plan.json';

/**
 * What is looked at and from where, as a file beside each function's code: it comes and goes with the deployment, needs no
 * permission and no call, and a function never has half of it.
 */
export function planLayer(scope: Construct, { app, common }: SystemDeps, section: ProbesSection): LayerVersion {
  const folder = join(app.outdir, `${common.stackName}-probes-plan`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'plan.json'), `${JSON.stringify(planOf(section), undefined, 1)}\n`);
  return new LayerVersion(scope, 'Plan', {
    code: Code.fromAsset(folder),
    description: 'What is checked, and from where',
    compatibleRuntimes: [Runtime.NODEJS_24_X],
    compatibleArchitectures: [Architecture.ARM_64],
  });
}

export function planOf({ title, regions, minimumFresh, targets }: ProbesSection): PlanFile {
  return {
    version: 1,
    title,
    regions: [...regions],
    ...(minimumFresh !== undefined && { minimumFresh }),
    targets: [...targets],
  };
}
