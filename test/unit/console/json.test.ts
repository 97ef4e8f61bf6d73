import { readFileSync } from 'node:fs';
import { worldOfLab } from '../../../infra/console/world-lab';
import { muster } from '../../support/console/run';
import { buildsEndAs } from '../../support/failures';
import { launch, withLab } from '../../support/run-lab';

// What scripts read: README.md, "As JSON", says these keys, and none of them is ever taken away or renamed.

const documented = /### As JSON\n([^]*?)\n##/.exec(readFileSync('README.md', 'utf8'))?.[1] ?? '';

/** The keys of a row: `a`, `b?` (not always there), `c[]` (of each entry). */
function keysOf(command: string): { readonly always: string[]; readonly sometimes: string[] } {
  const row = documented.split('\n').find((line) => line.startsWith(`| \`${command}\``)) ?? '';
  const all = [...(row.split('|')[2] ?? '').matchAll(/`([^`]+)`/g)].map(([, key = '']) => key);
  return {
    always: all.filter((key) => !key.endsWith('?')),
    sometimes: all.filter((key) => key.endsWith('?')).map((key) => key.slice(0, -1)),
  };
}

/** `group`, `instances[].name`: to the depth that the documentation goes. */
function pathsIn(value: unknown, deep: boolean): string[] {
  const rows = (Array.isArray(value) ? value : [value]) as Record<string, unknown>[];
  const paths = rows.flatMap((row) =>
    Object.entries(row).flatMap(([key, inner]) =>
      deep && Array.isArray(inner) && typeof inner[0] === 'object'
        ? [key, ...pathsIn(inner, false).map((path) => `${key}[].${path}`)]
        : [key],
    ),
  );
  return [...new Set(paths)].sort();
}

test('every command has the keys that are documented, and no others', () =>
  withLab({ reachedOver: 'http' }, async (lab) => {
    lab.addGroup('web');
    buildsEndAs(lab, 'deploy', 'SUCCESS', 'FAILURE', 'FAILURE');
    await launch(lab, 3);
    const world = worldOfLab(lab);
    const { holds, members } = await lab.ledger.records('web');
    const [first, second] = holds.map(({ name = '' }) => name);
    const served = members.find(({ phase }) => phase === 'in-service')!;
    const commands: [string, string[]][] = [
      ['ls', ['web']],
      ['show', [first!]],
      ['show', [served.name]],
      ['history', ['web']],
      ['doctor', []],
      ['wait', [served.name]],
      ['log', [first!]],
      ['adopt', ['web']],
      ['hold', [first!, '--for', '2h']],
      ['retry', [first!]],
      ['abandon', [second!, '--yes']],
      ['resume', ['web']],
      ['adopt --apply', ['web', '--apply', '--yes']],
      ['a refusal', ['nothing']],
    ];
    for (const [name, args] of commands) {
      const command = name === 'a refusal' ? 'show' : name.split(' ')[0]!;
      if (name === 'adopt') await lab.ledger.free(served, 'a test', lab.clock.now().toISOString());
      const { out } = await muster([command, ...args, '--json'], { world });
      const { always, sometimes } = keysOf(name);
      const there = pathsIn(JSON.parse(out), true);
      expect([name, always.filter((key) => !there.includes(key))]).toEqual([name, []]);
      expect([name, there.filter((key) => ![...always, ...sometimes].includes(key))]).toEqual([name, []]);
    }
  }));
