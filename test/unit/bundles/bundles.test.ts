import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { placeholderOf } from '../../../infra/constructs/placeholders';
import { bundleFunctions, bundleLimit, functionNames, type Bundle } from '../../../infra/bundling';
import { aLaunch } from '../../support/launches';
import { invoke } from './invoke';

let folder: string;
let bundles: Map<string, Bundle>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'muster-bundles-'));
  bundles = new Map((await bundleFunctions(folder)).map((bundle) => [bundle.name, bundle]));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The functions that the state machines call; the others are triggers. */
const machines = join(__dirname, '../../../statemachines/fleet');
const definitions = readdirSync(machines)
  .filter((file) => file.endsWith('.asl.json'))
  .map((file) => readFileSync(join(machines, file), 'utf8'))
  .join('');
const steps = functionNames().filter((name) => definitions.includes(`"\${${placeholderOf(name)}}"`));

describe.each(functionNames())('the bundle of %s', (name) => {
  const bundle = () => bundles.get(name)!;

  test('keeps the limit of 330 KB', () => {
    expect(bundle().bytes).toBeGreaterThan(50_000);
    expect(bundle().bytes).toBeLessThanOrEqual(bundleLimit);
  });

  test('says what is missing in its environment', async () => {
    const { error } = await invoke(bundle().file, {}, { AWS_REGION: 'eu-central-1' });
    expect(error?.name).toBe('EnvironmentInvalid');
  });
});

test.each(steps)('%s refuses an input with mistakes, and says so in one line', async (name) => {
  const { error, lines } = await invoke(bundles.get(name)!.file, {
    launch: { group: 'web' },
    release: { group: 'web' },
  });
  expect(error).toMatchObject({
    name: 'InputRefused',
    message: expect.stringMatching(/(launch|release)\.instanceId/) as string,
  });
  expect(lines).toEqual([expect.objectContaining({ level: 'error', step: name, error: 'InputRefused', fault: 'bug' })]);
});

test.each(['start-scale-out', 'start-release'])('%s refuses a message that is none', async (name) => {
  const { error, lines } = await invoke(bundles.get(name)!.file, 7);
  expect(error?.name).toBe('EventRefused');
  expect(lines).toHaveLength(1);
});

test('an AWS that nothing listens for is unavailable', async () => {
  const run = { execution: 'e', redrives: 0, enteredAt: '2026-11-23T06:00:00.000Z', redrivenAt: null };
  const input = { launch: aLaunch(), run, index: 1, name: 'web-01', changes: ['/change/C1'] };
  const { error, lines } = await invoke(bundles.get('check-dns')!.file, input);
  expect(error).toMatchObject({ name: 'AwsUnavailable', message: expect.stringContaining('ECONNREFUSED') as string });
  expect(lines).toMatchObject([
    { level: 'info', step: 'check-dns', waits: 'AwsUnavailable', group: 'web', name: 'web-01' },
  ]);
});

test('the same sources give the same bytes', async () => {
  const again = join(folder, 'again');
  const [bundle] = await bundleFunctions(again, ['check-dns']);
  expect(bundle).toMatchObject({ bytes: bundles.get('check-dns')!.bytes, folder: join(again, 'check-dns') });
});
