import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../../infra/lab/systems/webhooks/postgres';

// What PostgreSQL's own programs are told, as the system shows it.

/** Arguments of the processes whose program is called so. */
function running(program: string): string[][] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return args[0]?.endsWith(`/${program}`) === true ? [args] : [];
    } catch {
      return [];
    }
  });
}

async function initdbOf(folder: string | undefined): Promise<string[]> {
  let [seen, done]: [string[], boolean] = [[], false];
  const look = () => {
    // Not that of another test, nor of a demonstration.
    const of = folder ?? '/muster-postgres-';
    const found = running('initdb').find((args) => args.some((one) => one.includes(of)));
    if (found !== undefined) seen = found;
    if (!done) setTimeout(look, 5);
  };
  look();
  const postgres = await startPostgres(folder === undefined ? {} : { folder });
  done = true;
  await postgres.stop();
  return seen;
}

test('a database that stays is on the disk before it is used; one that goes with its process is not waited for', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-stays-'));
  chmodSync(folder, 0o755);
  try {
    const stays = await initdbOf(folder);
    expect([stays.includes('-D'), stays.includes('--no-sync')]).toEqual([true, false]);
    // There already: it is not made again.
    expect(await initdbOf(folder)).toEqual([]);
    expect(await initdbOf(undefined)).toContain('--no-sync');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);
