import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { peakResidentBytes } from '../../bench/memory';

const onLinux = process.platform === 'linux' ? test : test.skip;

test('it is at least what is resident now', () => {
  expect(peakResidentBytes()).toBeGreaterThanOrEqual(process.memoryUsage.rss() * 0.95);
});

onLinux('a child does not begin with what its parent had', () => {
  const parent = Buffer.alloc(200e6, 1);
  const print = `process.stdout.write(String(require(${JSON.stringify(join(__dirname, '../../bench/memory.ts'))}).peakResidentBytes()))`;
  const { stdout } = spawnSync(process.execPath, ['--import', 'tsx', '--eval', print], { encoding: 'utf8' });
  expect(parent).toHaveLength(200e6);
  expect(Number(stdout)).toBeGreaterThan(10e6);
  expect(Number(stdout)).toBeLessThan(200e6);
});
