import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stage } from 'aws-cdk-lib';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { commonOf } from '../../../infra/config/common';
import { parseDeployment, type DeploymentInput } from '../../../infra/config/deployment';
import type { Common } from '../../../infra/systems/system';
import { deployment as example } from '../../../infra/config/muster';
import { fleetSettings, type FleetInput, type FleetSection } from '../../../infra/systems/fleet/config';
import { MusterStack } from '../../../infra/systems/fleet/stack';

export const root = join(__dirname, '../../..');

/** A resource as it stands in a template. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | string[];
  readonly DeletionPolicy?: string;
}

/** The fleet of a configuration, and what is around it. */
export interface ConfiguredFleet extends FleetSection {
  readonly common: Common;
}

/** The shipped example with changes, in its section or around it. */
export function configured(changes: Partial<Omit<DeploymentInput, 'fleet'> & FleetInput> = {}): ConfiguredFleet {
  const all = Object.entries(changes);
  const inSection = Object.fromEntries(all.filter(([name]) => fleetSettings.includes(name)));
  const around = Object.fromEntries(all.filter(([name]) => !fleetSettings.includes(name)));
  const deployment = parseDeployment({ ...example, ...around, fleet: { ...example.fleet, ...inSection } }, 'a test');
  const found = deployment.systems.find(({ system }) => system.name === 'fleet');
  return { ...(found!.section as FleetSection), common: commonOf(deployment) };
}

/** Every option at once: the demonstration, endpoints, a group without a name for CloudFormation, no DNS. */
export function everything(): ConfiguredFleet {
  const [web] = example.fleet!.groups!;
  return configured({
    notify: ['operators@example.com'],
    network: {
      ...example.fleet!.network!,
      wayOut: 'endpoints',
      routeTableIds: ['rtb-0123456789abcdef0'],
      vpcCidr: '10.0.0.0/16',
    },
    groups: [web!, { group: 'Batch jobs/nightly', names: { pattern: 'batch-{index}' }, heartbeatSeconds: 120 }],
    demonstration: { group: 'muster-demonstration', dns: web!.dns },
  });
}

/** The stack as `infra/app.ts` makes it, with the flags of cdk.json and a stub for every bundle. */
export function makeStack({ common, ...section }: ConfiguredFleet, { withCdkRules = false } = {}): MusterStack {
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };
  // CDK's own rules take four seconds to load: most tests do without.
  const app = new App({ context, treeMetadata: false, builtinCloudFormationValidation: withCdkRules });
  const code = Code.fromInline('exports.handler = async () => {};');
  return new MusterStack({ app, common, codeOf: () => code }, section);
}

/** What `npx cdk` would deploy. */
export function assemblyOf(stack: MusterStack): CloudAssembly {
  return Stage.of(stack)!.synth();
}

export interface SynthesizedStack {
  readonly template: Template;
  readonly resources: Readonly<Record<string, Resource>>;
  /** Those of a type, by logical id. */
  readonly ofType: (type: string) => [string, Resource][];
}

export function synthesize(deployment: ConfiguredFleet): SynthesizedStack {
  const template = Template.fromStack(makeStack(deployment));
  const { Resources: resources } = template.toJSON() as { Resources: Record<string, Resource> };
  return {
    template,
    resources,
    ofType: (type) => Object.entries(resources).filter(([, one]) => one.Type === type),
  };
}

/** Logical ids that a resource refers to or depends on, in any way. */
export function needs(one: Resource, known: Readonly<Record<string, Resource>>): string[] {
  const text = JSON.stringify(one.Properties);
  const written = [one.DependsOn ?? []].flat();
  const referred = [...text.matchAll(/\{"(?:Ref":"(\w+)"|Fn::GetAtt":\["(\w+)")/g)].map(([, a, b]) => a ?? b ?? '');
  return [...written, ...referred].filter((id) => id in known);
}
