import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { App, CfnResource, Stack, Stage } from 'aws-cdk-lib';
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

interface AlarmProperties {
  readonly AlarmActions?: readonly { readonly Ref: string }[];
}

interface RoleProperties {
  readonly AssumeRolePolicyDocument: {
    readonly Statement: readonly { readonly Principal?: { readonly Service?: unknown } }[];
  };
  readonly Policies?: readonly { PolicyName: string; PolicyDocument: { Statement: StatementJson[] } }[];
}

/**
 * The policies of the code itself, by the bundle's name: each is called like the function, beside `runtime` for what all
 * need. A system may call its functions without its own name before them.
 */
function policiesOf(templates: readonly Template[], system: string, functions: readonly string[]) {
  const roles = templates
    .flatMap((template) => Object.values(template.findResources('AWS::IAM::Role')))
    .map(({ Properties }) => Properties as RoleProperties);
  const policies = roles.filter(isOfLambda).flatMap(({ Policies = [] }) => Policies);
  return new Map(
    policies.map(({ PolicyName, PolicyDocument }) => [
      functions.find((name) => name === `${system}-${PolicyName}`) ?? PolicyName,
      PolicyDocument.Statement.flatMap(({ Action }) => listOf(Action)),
    ]),
  );
}

/** Roles of rules, schedules and state machines have no bundle that would call anything. */
function isOfLambda({ AssumeRolePolicyDocument: { Statement } }: RoleProperties): boolean {
  return Statement.some(({ Principal }) => JSON.stringify(Principal?.Service ?? '').includes('lambda'));
}

/** Actions that no call names, with what needs them. */
const implied: readonly (readonly [RegExp, string])[] = [
  [/^kms:/, 'the service that encrypts with the key asks for them'],
  [/^sqs:(ReceiveMessage|DeleteMessage|GetQueueAttributes)$/, "Lambda reads the queue with the function's role"],
  [/^s3:GetObjectVersion$/, 'GetObject of a version asks for it'],
  [/^s3:ListBucket$/, 'without it S3 says AccessDenied of an object that is not there'],
  [/^redshift(-serverless)?:Get(Cluster)?Credentials/, 'Redshift Data API logs in with the role'],
];

/** Calls that a shared adapter brings with it, and that nothing of the system makes. */
const neverMade: Readonly<Record<string, readonly string[]>> = {
  // The store of incidents reads many documents at once for the health checks alone.
  audit: ['dynamodb BatchGetItem'],
};

let commands: Map<string, Command[]>;
beforeAll(async () => {
  commands = await commandsOf(functionNames());
}, 120_000);

interface Violation {
  readonly ruleName: string;
  readonly violatingConstructs: readonly unknown[];
}

/** What CDK's own rules for templates find: it is written beside the templates, and stops nothing. */
function violationsOf(stacks: readonly Stack[]): readonly Violation[] {
  const { directory } = Stage.of(stacks[0]!)!.synth();
  const report = JSON.parse(readFileSync(join(directory, 'validation-report.json'), 'utf8')) as {
    pluginReports: { violations: Violation[] }[];
  };
  return report.pluginReports.flatMap(({ violations }) => violations);
}

test("CDK's own rules for templates are applied: a runtime that is gone is found", () => {
  const stack = new Stack(new App({ treeMetadata: false }), 'Old');
  new CfnResource(stack, 'OldFunction', {
    type: 'AWS::Lambda::Function',
    properties: {
      Runtime: 'nodejs2.x',
      Handler: 'index.handler',
      Code: { ZipFile: '0' },
      Role: 'arn:aws:iam::111122223333:role/old',
    },
  });
  expect(violationsOf([stack]).map(({ ruleName }) => ruleName)).toEqual(['W3030']);
});

describe.each(systems.map(({ name }) => name))('the system %s', (system) => {
  const functions = functionsOf(system);
  const stacks = stacksOf(system);
  const templates = stacks.map((stack) => Template.fromStack(stack));
  const policies = policiesOf(templates, system, functions);

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
    const known = neverMade[system] ?? [];
    const named = missing.map(({ name, command }) => ({ name, call: `${command.client} ${command.name}` }));
    expect(named.filter(({ call }) => !known.includes(call))).toEqual([]);
  });

  test("breaks none of CDK's own rules for templates", () => {
    expect(violationsOf(stacks)).toEqual([]);
  });

  // A topic with a policy of its own no longer lets everything in the account publish, and an alarm that may not is silent.
  test('lets its alarms publish to their topics', () => {
    for (const template of templates) {
      const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')) as {
        Properties: AlarmProperties;
      }[];
      const told = alarms.flatMap(({ Properties }) => Properties.AlarmActions ?? []).map(({ Ref }) => Ref);
      const policies = JSON.stringify(template.findResources('AWS::SNS::TopicPolicy'));
      const granted = [...policies.matchAll(/"Service":"cloudwatch\.amazonaws\.com"\},"Resource":\{"Ref":"(\w+)"/g)];
      expect(new Set(told)).toEqual(new Set(told.length === 0 ? [] : granted.map(([, topic]) => topic)));
    }
  });
});
