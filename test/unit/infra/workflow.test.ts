import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { functionOfPlaceholder } from '../../../infra/constructs/placeholders';
import { definitionOf } from '../../../infra/lab/systems/fleet/deploy-muster';
import { fleetFunctionNames, specOf, workflowNames, type FunctionSpec } from '../../../infra/systems/fleet/functions';
import type { FunctionName } from '../../../infra/systems/fleet/function-permissions';
import { assemblyOf, configured, makeStack, root } from './support';

describe('the state machines', () => {
  const assembly = assemblyOf(makeStack(configured()));
  const { Resources } = assembly.getStackByName('muster').template as {
    Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
  };
  const machines = Object.values(Resources).filter(({ Type }) => Type === 'AWS::StepFunctions::StateMachine');

  test('are those of the files', () => {
    expect(machines.map(({ Properties }) => Properties.StateMachineName).sort()).toEqual(
      workflowNames.map((name) => `muster-${name}`).sort(),
    );
  });

  test.each(workflowNames)('%s is deployed byte for byte as the lab runs it', (name) => {
    const machine = machines.find(({ Properties }) => Properties.StateMachineName === `muster-${name}`)!;
    const { Key } = machine.Properties.DefinitionS3Location as { Key: string };
    expect(readFileSync(join(assembly.directory, `asset.${Key}`), 'utf8')).toBe(definitionOf(name));

    // CloudFormation fills in each placeholder, and there is none that it is not told of.
    const placeholders = [...definitionOf(name).matchAll(/\$\{(\w+)\}/g)].map(([, placeholder]) => placeholder);
    expect(Object.keys(machine.Properties.DefinitionSubstitutions as object).sort()).toEqual(
      [...new Set(placeholders)].sort(),
    );
    expect(machine.Properties).toMatchObject({
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: true },
      TracingConfiguration: { Enabled: true },
    });
  });
});

const rooms = ['steps', 'triggers'].map((room) => join(root, 'functions/fleet', room));
const wiring = (name: string) => {
  const folder = rooms.map((room) => join(room, name)).find((one) => existsSync(one)) ?? name;
  const files = ['index.ts', 'environment.ts'].map((file) => join(folder, file)).filter((file) => existsSync(file));
  return files.map((file) => readFileSync(file, 'utf8')).join('\n');
};

describe('the catalogue of functions', () => {
  test.each(fleetFunctionNames)('%s gets the environment that it reads', (name) => {
    const [, list = ''] = /parseEnvironment\((?:process\.)?env, \[([^\]]*)\]\)/.exec(wiring(name)) ?? [];
    const read = [...list.matchAll(/'(\w+)'/g)].map(([, variable]) => variable);
    expect([...specOf(name).environment].sort()).toEqual(read.sort());
  });

  test.each(fleetFunctionNames)('%s is in the VPC exactly if it is wired to Jenkins', (name) => {
    expect(specOf(name).inVpc === true).toBe(/jenkins/i.test(wiring(name)));
  });

  type Tasks = { States: Record<string, { Arguments: { FunctionName: string }; TimeoutSeconds: number }> };
  const tasks = workflowNames.flatMap((name) => Object.values((JSON.parse(definitionOf(name)) as Tasks).States));
  test.each(tasks.map((task) => [functionOfPlaceholder(task.Arguments.FunctionName), task.TimeoutSeconds] as const))(
    '%s gives up before its state does after %i s',
    (name, seconds) => {
      const spec: FunctionSpec = specOf(name as FunctionName);
      expect(spec.calledBy).toBe('workflow');
      expect(spec.timeoutSeconds).toBeLessThan(seconds);
    },
  );
});
