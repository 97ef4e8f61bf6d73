import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { functionOfPlaceholder, placeholdersIn } from '../../infra/constructs/placeholders';
import { functionNames, permissionsOf, type FunctionName } from '../../infra/systems/fleet/function-permissions';
import { exampleScope } from '../support/permissions/example-scope';

// The chart "The moving parts" of ARCHITECTURE.md: its functions are those that there are, and an arrow from a function
// to a part of AWS is there exactly if the function may change that part.

const root = join(__dirname, '../..');
const [, chart = ''] = /```mermaid\n([\s\S]*?)```/.exec(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')) ?? [];

interface Chart {
  /** Label by node. */
  readonly nodes: ReadonlyMap<string, string>;
  readonly arrows: readonly { readonly from: string; readonly to: string }[];
}

const shapes = /\b(\w+)(?:\[\((.*?)\)\]|\(\[(.*?)\]\)|\[\/(.*?)\/\]|\{\{(.*?)\}\}|\[(.*?)\])/g;

function readChart(text: string): Chart {
  const nodes = new Map(
    [...text.matchAll(shapes)].map(([, node = '', ...labels]) => [node, labels.find(Boolean) ?? '']),
  );
  const arrows = text.split('\n').flatMap((line) => {
    const plain = line.replaceAll(shapes, '$1').replaceAll(/-- "[^"]*" -->/g, '-->');
    const [first = '', ...others] = plain.trim().split(/ (?=<?-->)/);
    let left = first.split(' & ');
    return others.flatMap((other) => {
      const [, arrow = '', names = ''] = /^(<?-->) (.*)$/.exec(other) ?? [];
      const right = names.split(' & ');
      const those = left.flatMap((from) => right.map((to) => ({ from, to })));
      left = right;
      return arrow === '-->' ? those : [...those, ...those.map(({ from, to }) => ({ from: to, to: from }))];
    });
  });
  return { nodes, arrows };
}

const { nodes, arrows } = readChart(chart);

/** The functions that a node stands for: `a · b`, or `a: what it does`. */
const functionsOf = (label: string): FunctionName[] =>
  (label.split(': ')[0] ?? '')
    .split(' · ')
    .filter((name): name is FunctionName => functionNames.includes(name as never));
const functionNodes = [...nodes].filter(([, label]) => functionsOf(label).length > 0);
const nodeOf = (name: FunctionName) => functionNodes.find(([, label]) => functionsOf(label).includes(name))?.[0];

/** The part that an action changes; `undefined` for a read. Who may read Jenkins' secret has builds run or ended. */
function partOf(action: string, resources: readonly string[]): string | undefined {
  const [service = '', operation = ''] = action.split(':');
  if (service === 'secretsmanager') return 'JENKINS';
  if (/^(Get|List|Describe|Query)/.test(operation) || service === 'kms') return undefined;
  const machine = resources.every((one) => one.includes(':muster-release')) ? 'OUT' : 'SFN';
  const parts: Record<string, string> = {
    autoscaling: 'ASG',
    dynamodb: 'LEDGER',
    ec2: 'EC2',
    route53: 'R53',
    elasticloadbalancing: 'ELB',
    sns: 'PEOPLE',
    states: machine,
  };
  return parts[service] ?? `the unknown service ${service}`;
}

const changedBy = (names: readonly FunctionName[]) => {
  const permissions = names.flatMap((name) => permissionsOf(name, exampleScope));
  const parts = permissions.flatMap(({ actions, resources }) => actions.map((action) => partOf(action, resources)));
  // A permission on both machines is an arrow to each.
  const both = permissions.some(
    ({ actions, resources }) =>
      actions.some((action) => /^states:(Start|Stop|Redrive)/.test(action)) &&
      ['scale-out', 'release'].every((machine) => resources.some((one) => one.includes(`:muster-${machine}`))),
  );
  return new Set([...parts.filter((part) => part !== undefined), ...(both ? ['SFN', 'OUT'] : [])]);
};

const stepsOf = (workflow: string) =>
  placeholdersIn(join(root, `statemachines/fleet/${workflow}.asl.json`)).map(functionOfPlaceholder);

test('every function is in the chart once, and no other', () => {
  expect(functionNodes.flatMap(([, label]) => functionsOf(label)).sort()).toEqual([...functionNames].sort());
});

test.each(['scale-out', 'release'])('the steps of %s stand in one box, in their order', (workflow) => {
  const boxes = functionNodes.map(([, label]) => label);
  expect(boxes).toContain(stepsOf(workflow).join(' · '));
});

test('the chart counts the states of a launch', () => {
  const { States } = JSON.parse(readFileSync(join(root, 'statemachines/fleet/scale-out.asl.json'), 'utf8')) as {
    States: object;
  };
  const words = ['seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];
  expect(nodes.get('SFN')).toBe(`scale-out: ${words[Object.keys(States).length - 7]} states that ensure`);
});

test.each(functionNodes)(
  '%s has an arrow to each part that its functions may change, and to no other',
  (node, label) => {
    const drawn = arrows.filter(({ from }) => from === node).map(({ to }) => to);
    expect(`ARCHITECTURE.md, chart: ${node} --> ${drawn.sort().join(' & ')}`).toBe(
      `ARCHITECTURE.md, chart: ${node} --> ${[...changedBy(functionsOf(label))].sort().join(' & ')}`,
    );
  },
);

test('settings lead to the functions that read them', () => {
  const readers = functionNames.filter((name) =>
    permissionsOf(name, exampleScope).some(({ actions }) => actions.some((action) => action.startsWith('ssm:'))),
  );
  const drawn = arrows.filter(({ from }) => from === 'SETTINGS').map(({ to }) => to);
  expect(drawn.sort()).toEqual([...new Set(readers.map(nodeOf))].sort());
});

test('an arrow, a shape and a chain of arrows are read', () => {
  const planted = readChart('  A[a · b] -- "x" --> B{{c: d}} & C[(e)]\n  C <--> D([f]) --> A');
  expect(Object.fromEntries(planted.nodes)).toEqual({ A: 'a · b', B: 'c: d', C: 'e', D: 'f' });
  expect(planted.arrows.map(({ from, to }) => `${from}${to}`)).toEqual(['AB', 'AC', 'CD', 'DC', 'DA']);
});
