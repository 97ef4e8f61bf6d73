import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assemblyOf, everything, makeStack, root } from './support';

// The app as `npx cdk synth` runs it: without credentials, without a profile, without looking anything up.
const folder = mkdtempSync(join(tmpdir(), 'muster-synth-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(cwd: string) {
  const { app, context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { app: string; context: object };
  const [program, ...args] = app.split(' ');
  expect(program).toBe('node');
  return spawnSync(process.execPath, args, {
    cwd,
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      AWS_EC2_METADATA_DISABLED: 'true',
      CDK_OUTDIR: join(folder, 'cdk.out'),
      CDK_CONTEXT_JSON: JSON.stringify(context),
    },
  });
}

test('the example synthesizes offline, with real bundles and nothing left to explain', () => {
  const { status, stderr } = run(root);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const manifest = readFileSync(join(folder, 'cdk.out/manifest.json'), 'utf8');
  expect(manifest).not.toContain('"missing"');
  const template = JSON.parse(readFileSync(join(folder, 'cdk.out/muster.template.json'), 'utf8')) as {
    Resources: Record<string, { Type: string; Properties: { Code: { S3Key: string } } }>;
  };
  const functions = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
  const bundles = functions.map(({ Properties }) => {
    const asset = `asset.${Properties.Code.S3Key.replace('.zip', '')}`;
    return readFileSync(join(folder, 'cdk.out', asset, 'index.mjs'), 'utf8');
  });
  expect(new Set(bundles).size).toBe(functions.length);
  for (const bundle of bundles) expect(bundle).toMatch(/\bas handler\b/);
}, 120_000);

test('a wrong configuration ends it with every mistake, and no stack trace', () => {
  const copy = join(folder, 'clone');
  for (const part of ['infra', 'functions', 'statemachines', 'package.json', 'tsconfig.json']) {
    cpSync(join(root, part), join(copy, part), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const file = join(copy, 'infra/config/muster.ts');
  const planted = readFileSync(file, 'utf8')
    .replace("account: '111122223333'", "account: 'mine'")
    .replace('heartbeatSeconds: 3600', 'heartbeatSeconds: 9000, colour: 1');
  writeFileSync(file, planted);
  const { status, stderr } = run(copy);
  expect(status).toBe(1);
  expect(stderr.trim().split('\n')).toEqual([
    'the configuration in infra/config/muster.ts has mistakes:',
    expect.stringMatching(/^account: got "mine"/),
    expect.stringMatching(/^fleet\.groups\.0\.colour: got 1, allowed: no such setting/),
    expect.stringMatching(/^fleet\.groups\.0\.heartbeatSeconds: got 9000/),
  ]);
}, 120_000);

test('more groups than a role has room for end it with what to do, and no stack trace', () => {
  const copy = join(folder, 'clone of many');
  for (const part of ['infra', 'functions', 'statemachines', 'package.json', 'tsconfig.json']) {
    cpSync(join(root, part), join(copy, part), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const file = join(copy, 'infra/config/muster.ts');
  const many =
    'groups: [...Array.from({ length: 90 }, (_, at) => ({ group: `crowd-${at}-of-many-groups`, dns: internal })),';
  writeFileSync(file, readFileSync(file, 'utf8').replace('groups: [', many));
  const { status, stderr } = run(copy);
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /the role of register-dns would have \d+ characters of policy, and IAM takes 10240: move some/,
  );
  expect(stderr).not.toMatch(/^\s+at /m);
}, 120_000);

test("CDK's own rules for templates find nothing in any option", () => {
  const assembly = assemblyOf(makeStack(everything(), { withCdkRules: true }));
  const report = JSON.parse(readFileSync(join(assembly.directory, 'validation-report.json'), 'utf8')) as {
    pluginReports: { violations: { ruleName: string; violatingConstructs: unknown[] }[] }[];
  };
  expect(report.pluginReports.flatMap(({ violations }) => violations)).toEqual([]);
}, 60_000);
