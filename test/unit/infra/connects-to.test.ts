import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseGroupSettings } from '../../../functions/fleet/contracts/settings';
import { configured, root } from './support';

// A freed number is given again at once, and a resolver may remember its last holder for the record's TTL. So the jobs
// that an adopter copies connect to an address, which no resolver has to know.

const readme = readFileSync(join(root, 'README.md'), 'utf8');
const [, shown = ''] = /```json\n(\{[\s\S]*?\})\n```/.exec(readme) ?? [];
const examples = [
  ['infra/config/muster.ts', configured().groups.map(({ settings }) => settings)],
  ['README.md', [parseGroupSettings(JSON.parse(shown), 'README.md')]],
] as const;

const hostsOf = (groups: (typeof examples)[number][1]) =>
  groups.flatMap(({ provision, deploy }) => [provision, deploy].map((job) => job?.parameters.HOST));

test.each(examples)('the jobs of the example in %s connect to the address', (_, groups) => {
  expect(hostsOf(groups)).toEqual(['{address}', '{address}']);
});
