import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

interface HostileResult {
  readonly posted: number;
  readonly grown: number;
  readonly polluted: boolean;
  readonly counted: Readonly<Record<string, number>>;
  readonly expected: Readonly<Record<string, number>>;
}

test('10,000 hostile bodies leave the process at its memory, and the right counts', () => {
  const script = join(__dirname, '../../support/webhooks/hostile.ts');
  const args = ['--expose-gc', '--import', 'tsx', script, '556'];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: join(__dirname, '../../..') });
  expect(stderr).not.toMatch(/Error/);
  const { posted, grown, polluted, counted, expected } = JSON.parse(stdout) as HostileResult;
  expect(posted).toBeGreaterThan(10_000);
  expect(counted).toEqual(expected);
  expect(polluted).toBe(false);
  expect(grown).toBeLessThan(4_000_000);
});
