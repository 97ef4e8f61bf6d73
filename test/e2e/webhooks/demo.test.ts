import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const muster = join(__dirname, '../../../infra/console/muster.mjs');

test('muster webhooks demo: real senders, a loader killed four times, each event once', () => {
  const { status, stdout } = spawnSync(process.execPath, [muster, 'webhooks', 'demo'], { encoding: 'utf8' });
  expect(stdout).toContain('each event that was acknowledged is in its table, once');
  expect(stdout.match(/is killed/g)).toHaveLength(4);
  expect(status).toBe(0);
});
