import { stripVTControlCharacters } from 'node:util';
import type { Lab } from '../../../infra/lab/systems/fleet/lab';
import { tableLines } from '../../../infra/console/render/table';
import { fitToScreen } from '../../../infra/console/watch';
import { worldOfLab } from '../../../infra/console/world-lab';
import { muster } from '../../support/console/run';
import { buildsEndAs, minutes } from '../../support/failures';
import { launch, withLab } from '../../support/run-lab';

// What stands on a terminal: its width, its height, its colours.

/** A lab in which all there is to show is there: a failure, an open breaker, instances that are not under Muster. */
async function onMixedLab(use: (lab: Lab, commands: string[][]) => Promise<void>): Promise<void> {
  await withLab({ reachedOver: 'memory' }, async (lab) => {
    lab.addGroup('web');
    buildsEndAs(lab, 'deploy', 'SUCCESS', 'FAILURE');
    await launch(lab, 3);
    const { members, holds, breaker } = await lab.ledger.records('web');
    const served = members.find(({ phase }) => phase === 'in-service')!;
    await lab.ledger.free(served, 'a test', lab.clock.now().toISOString());
    const at = lab.clock.now().toISOString();
    await lab.ledger.saveBreaker({
      group: 'web',
      revision: (breaker?.revision ?? 0) + 1,
      failed: ['a', 'b', 'c'],
      openedAt: at,
    });
    await minutes(lab, 1);
    const commands = [['ls'], ['history', 'web'], ['doctor'], ['adopt', 'web'], ['log', holds[0]!.instanceId]];
    await use(lab, [...commands, ...members.map(({ instanceId }) => ['show', instanceId])]);
  });
}

test('nothing is wider than 60 columns but a link, and nothing is left out', () =>
  onMixedLab(async (lab, commands) => {
    for (const args of commands) {
      const world = worldOfLab(lab);
      const [narrow, wide] = [60, 200].map((columns) => muster(args, { world, terminal: { isTTY: true, columns } }));
      const lines = stripVTControlCharacters((await narrow!).out).split('\n');
      const tooWide = lines.filter((line) => line.length > 60 && /\s/.test(line.trim()));
      expect([args[0], tooWide]).toEqual([args[0], []]);
      // The same words at any width: only where the lines break differs.
      const words = (text: string) => stripVTControlCharacters(text).replace(/\s+/g, ' ').split(' ').sort();
      expect(words((await narrow!).out)).toEqual(words((await wide!).out));
    }
  }));

test('colours are on a terminal only, and not where NO_COLOR is', () =>
  onMixedLab(async (lab, commands) => {
    const world = worldOfLab(lab);
    for (const args of commands.filter(([name]) => name !== 'log')) {
      const said = async (options: object) => (await muster(args, { world, ...options })).out.includes('\u001b[');
      const terminal = { isTTY: true };
      expect([
        args[0],
        await said({ terminal }),
        await said({ terminal, env: { NO_COLOR: '1' } }),
        await said({}),
      ]).toEqual([args[0], true, false, false]);
    }
  }));

test('--watch looks again until Ctrl-C, in place on a terminal, and never higher than it', () =>
  onMixedLab(async (lab, commands) => {
    for (const args of commands.filter(([name]) => name === 'ls' || name === 'show')) {
      const ending = new AbortController();
      const world = worldOfLab(lab);
      let looks = 0;
      const ledger = {
        records: async (group: string) => {
          looks += 1;
          if (looks > 2) ending.abort();
          return lab.ledger.records(group);
        },
      };
      const watched = {
        ...world,
        pause: async () => undefined,
        ledger: Object.setPrototypeOf(ledger, lab.ledger) as typeof world.ledger,
      };
      const terminal = { isTTY: true, columns: 80, rows: 12 } as const;
      const { code, out } = await muster([...args, '--watch'], { world: watched, terminal, signal: ending.signal });
      expect(code).toBe(0);
      const screens = out.split('\u001b[H').slice(1);
      expect(screens.length).toBeGreaterThan(1);
      for (const screen of screens) expect(screen.split('\n').length).toBeLessThanOrEqual(12);
    }
  }));

test('what is higher than a screen keeps its beginning and its end, and says what is left out', () => {
  const text = Array.from({ length: 30 }, (_, at) => `${at + 1}\n`).join('');
  expect(fitToScreen(text, 31)).toBe(text);
  expect(fitToScreen(text, 8).split('\n')).toEqual([
    '1',
    '2',
    '3',
    '… 24 more lines: enlarge the window, or omit --watch',
    '28',
    '29',
    '30',
    '',
  ]);
});

test('a column that must stay whole does, and the others continue below', () => {
  const row = [{ text: 'web-01' }, { text: 'on hold: Deploy failed' }, { text: 'i-0123456789abcdef0', isWhole: true }];
  expect(tableLines([row], 80)).toEqual(['web-01  on hold: Deploy failed  i-0123456789abcdef0']);
  expect(tableLines([row], 45)).toEqual(['web-01  on hold: Deploy   i-0123456789abcdef0', '        failed']);
  expect(tableLines([[{ text: 'a-very-long-name' }, { text: 'i-0123456789', isWhole: true }]], 22)).toEqual([
    'a-very-l  i-0123456789',
    'ong-name',
  ]);
});
