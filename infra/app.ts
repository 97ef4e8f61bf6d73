import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks } from 'cdk-nag';
import { bundleFunctions } from './bundling';
import { commonOf } from './config/common';
import { ConfigurationInvalid, parseDeployment, type Deployment } from './config/deployment';
import { deployment as configured } from './config/muster';
import { deploySystems } from './systems';

/** What `npx cdk` runs: checks the configuration, bundles the functions, makes the stacks, and has cdk-nag read them. */
async function main(): Promise<void> {
  const deployment = read();
  if (deployment === undefined) return;
  const app = new App();
  const bundles = await bundleFunctions(join(app.outdir, 'bundles'));
  const folders = new Map<string, string>(bundles.map(({ name, folder }) => [name, folder]));
  // Acknowledged findings stand in the template with their reasons, beside what they are about.
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app, { writeSuppressionsToCloudFormation: true }));
  const codeOf = (name: string) => Code.fromAsset(folders.get(name) ?? '');
  deploySystems({ app, common: commonOf(deployment), codeOf }, deployment.systems);
  synthesize(app);
}

/** What only the finished stack shows (too many groups for a role, say) is an adopter's mistake like any other. */
function synthesize(app: App): void {
  try {
    app.synth();
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    if (!/validation failed/i.test(message)) throw error;
    console.error(`\n${message}\n`);
    process.exitCode = 1;
  }
}

/** An adopter's mistake is shown as what it is, without a stack trace. */
function read(): Deployment | undefined {
  try {
    return parseDeployment(configured, 'infra/config/muster.ts');
  } catch (error) {
    if (!(error instanceof ConfigurationInvalid)) throw error;
    console.error(`\n${error.message}\n`);
    process.exitCode = 1;
    return undefined;
  }
}

void main();
