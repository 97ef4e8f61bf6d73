import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { functionNames, functionsOf } from '../../../infra/bundling';
import { commonOf } from '../../../infra/config/common';
import { parseDeployment } from '../../../infra/config/deployment';
import { deployment } from '../../../infra/config/muster';
import { systemsIn } from '../../../infra/systems';
import { actionsOf, commandsOf, type Command } from '../../support/permissions/commands';
import { listOf, type StatementJson } from '../../support/permissions/request';

// Of every system, found by its folder: what its functions may do is held against the calls that are left in their
// bundles. That sees no resources and no conditions, which a system's own tests see by running it; in return nothing
// has to be written for it but an example of the section.

const root = join(__dirname, '../../..');
const load = createRequire(__filename);
const systems = systemsIn();

/** The section as `infra/config/muster.ts` has it, or the system's own example. */
function exampleOf(name: string): unknown {
  const given = (deployment as unknown as Record<string, unknown>)[name];
  const file = join(root, 'infra/systems', name, 'example.ts');
  if (given !== undefined) return given;
  if (!existsSync(file)) throw new TypeError(`infra/systems/${name} needs an example.ts that exports a section`);
  return (load(file) as { example: unknown }).example;
}

function stacksOf(name: string): readonly Stack[] {
  const { account, region } = deployment;
  const parsed = parseDeployment({ account, region, [name]: exampleOf(name) }, 'a test');
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };
  const app = new App({ context, treeMetadata: false });
  const code = Code.fromInline('exports.handler = async () => {};');
  const place = { app, common: commonOf(parsed), codeOf: () => code };
  return parsed.systems.flatMap(({ system, section }) => system.deploy(place, section));
}

interface RoleProperties {
  readonly Policies?: readonly { PolicyName: string; PolicyDocument: { Statement: StatementJson[] } }[];
}

/** The policies of the code itself, by function: each is called like the function, beside `runtime` for what all need. */
function policiesOf(name: string): Map<string, string[]> {
  const roles = stacksOf(name).flatMap((stack) =>
    Object.values(Template.fromStack(stack).findResources('AWS::IAM::Role')),
  );
  const policies = roles.flatMap(({ Properties }) => (Properties as RoleProperties).Policies ?? []);
  return new Map(
    policies.map(({ PolicyName, PolicyDocument }) => [
      PolicyName,
      PolicyDocument.Statement.flatMap(({ Action }) => listOf(Action)),
    ]),
  );
}

/** Actions that no call names, with what needs them. */
const implied: readonly (readonly [RegExp, string])[] = [
  [/^kms:/, 'the service that encrypts with the key asks for them'],
  [/^sqs:(ReceiveMessage|DeleteMessage|GetQueueAttributes)$/, "Lambda reads the queue with the function's role"],
  [/^redshift(-serverless)?:Get(Cluster)?Credentials/, 'Redshift Data API logs in with the role'],
];

let commands: Map<string, Command[]>;
beforeAll(async () => {
  commands = await commandsOf(functionNames());
}, 120_000);

describe.each(systems.map(({ name }) => name))('the system %s', (system) => {
  const policies = policiesOf(system);
  const functions = functionsOf(system);

  test('gives permissions to its functions, and to nothing else', () => {
    const named = [...policies.keys()].filter((name) => name !== 'runtime' && !name.startsWith('DefaultPolicy'));
    expect(functions.length).toBeGreaterThan(0);
    expect(named.filter((name) => !functions.includes(name))).toEqual([]);
  });

  test.each(functions)('%s may do nothing that it has no call for', (name) => {
    const needed = new Set(commands.get(name)?.flatMap(actionsOf));
    const given = (policies.get(name) ?? []).filter((action) => !implied.some(([pattern]) => pattern.test(action)));
    expect(given.filter((action) => !needed.has(action))).toEqual([]);
  });

  // An adapter brings all of its calls with it, so this is asked of all functions together that have a call.
  test('lets some function make each call that they have', () => {
    const allowed = new Set(functions.flatMap((name) => policies.get(name) ?? []));
    const calls = functions.flatMap((name) => (commands.get(name) ?? []).map((command) => ({ name, command })));
    const missing = calls.filter(({ command }) => !actionsOf(command).some((action) => allowed.has(action)));
    expect(missing.map(({ name, command }) => `${name}: ${command.client} ${command.name}`)).toEqual([]);
  });
});
