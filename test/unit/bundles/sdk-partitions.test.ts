import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { leanPartitions, type Partition } from '../../../infra/bundling/sdk-partitions';

const root = join(__dirname, '../../..');
const folder = join(root, 'node_modules/@aws-sdk/core/dist-es/submodules/client/util-endpoints/lib/aws');
const source = readFileSync(join(folder, 'partitions.js'), 'utf8');
const { partitions } = JSON.parse(/\{[^]*\}/.exec(source)![0]) as { partitions: Partition[] };

type Lookup = (region: string) => Record<string, unknown>;

/** What the SDK knows of a region's partition, and the code that knows it. */
async function lookup(lean: boolean): Promise<{ partition: Lookup; code: string }> {
  const { outputFiles } = await build({
    entryPoints: [join(folder, 'partition.js')],
    bundle: true,
    write: false,
    format: 'cjs',
    plugins: lean ? [leanPartitions()] : [],
  });
  const code = outputFiles[0]!.text;
  const module = { exports: {} as { partition: Lookup } };
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- it is the module that was just built
  (new Function('module', 'exports', code) as (...args: unknown[]) => void)(module, module.exports);
  return { partition: module.exports.partition, code };
}

test('every region keeps its partition; only what it is called is gone', async () => {
  const [before, after] = await Promise.all([lookup(false), lookup(true)]);
  const known = partitions.flatMap(({ regions }) => Object.keys(regions));
  expect(known).toEqual(expect.arrayContaining(['eu-central-1', 'cn-north-1', 'us-gov-west-1', 'aws-global']));
  for (const region of [...known, 'eu-central-9', 'cn-south-9', 'us-gov-west-9', 'us-iso-west-9', 'nowhere', '']) {
    const found = { description: '', ...before.partition(region) };
    expect([region, { ...after.partition(region), description: found.description }]).toEqual([region, found]);
    expect(after.partition(region)).not.toHaveProperty('description');
  }
  expect(after.code.length).toBeLessThan(before.code.length / 2);
});
