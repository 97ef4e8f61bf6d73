import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLab } from '../../infra/lab/systems/fleet/lab';
import { definitionOf } from '../../infra/lab/systems/fleet/deploy-muster';
import { VirtualClock } from '../../infra/lab/kernel/clock';

// The chains of states that readers see first are those of the state machines.

const root = join(__dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** The names of a machine's states, in the order in which they run. */
function chainOf(workflow: string): string[] {
  const { StartAt, States } = JSON.parse(read(`statemachines/fleet/${workflow}.asl.json`)) as {
    StartAt: string;
    States: Record<string, { Next?: string }>;
  };
  const chain: string[] = [];
  for (let name: string | undefined = StartAt; name !== undefined; name = States[name]?.Next) chain.push(name);
  return chain;
}

const charts = [...read('statemachines/README.md').matchAll(/^ +\w+\[[^\]]+\](?: --> \w+\[[^\]]+\])+$/gm)].map(
  ([line]) => [...line.matchAll(/\[([^\]]+)\]/g)].map(([, name = '']) => name),
);

test('README.md has the states of a launch', () => {
  const chain = /^ {4}(\S.* → .*)$/m.exec(read('README.md'))?.[1];
  expect(`README.md: ${chain}`).toBe(`README.md: ${chainOf('scale-out').join(' → ')}`);
});

test.each(['scale-out', 'release'])('statemachines/README.md has a chart of the states of %s', (workflow) => {
  expect(charts).toContainEqual(chainOf(workflow));
});

test('a state whose function is not wired to the lab is refused with the file to edit', async () => {
  const scaleOut = definitionOf('scale-out').replaceAll('${TagInstance}', '${TagVolumes}');
  const lab = createLab({ seed: 1, clock: new VirtualClock(), reachedOver: 'memory', scaleOut });
  await expect(lab).rejects.toThrow(/calls TagVolumes: .* infra\/lab\/systems\/fleet\/steps\.ts/);
});
