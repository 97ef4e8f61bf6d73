import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandNames } from '../../../infra/console/program';
import { muster } from '../../support/console/run';

test('help lists every command, and is no mistake', async () => {
  const { code, out } = await muster(['--help']);
  expect(code).toBe(0);
  for (const name of commandNames()) expect(out).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
});

test('an unknown command is a mistake of usage, with the nearest one', async () => {
  const { code, out, err } = await muster(['labb']);
  expect(code).toBe(2);
  expect(out).toBe('');
  expect(err).toContain('Did you mean lab?');
});

// The lab has its own options and help.
test('every command has a help of its own', async () => {
  for (const name of commandNames().filter((one) => one !== 'lab')) {
    const { code, out } = await muster([name, '--help']);
    expect(code).toBe(0);
    expect(out).toContain(`Usage: muster ${name}`);
  }
});

test('without a command it says what there is, as a mistake of usage', async () => {
  const { code, err } = await muster([]);
  expect(code).toBe(2);
  expect(err).toContain('Commands:');
});

describe('completion', () => {
  const complete = (script: string, words: readonly string[]) => {
    const line = words.map((word) => `'${word}'`).join(' ');
    const asked = `COMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _muster; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { status, stdout, stderr } = spawnSync('bash', ['-c', `${script}\n${asked}`], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    return stdout.split('\n').filter((word) => word !== '');
  };

  test('by bash: commands, commands of commands, their options and the values of these', async () => {
    const { code, out } = await muster(['completion', 'bash']);
    expect(code).toBe(0);
    expect(complete(out, ['muster', 're'])).toEqual(['resume', 'retry']);
    expect(complete(out, ['muster', 'webhooks', 'quarantine', 'sh'])).toEqual(['show']);
    expect(complete(out, ['muster', 'ls', '--w'])).toEqual(['--watch']);
    expect(complete(out, ['muster', 'adopt', 'web', '--a'])).toEqual(['--apply']);
    expect(complete(out, ['muster', 'audit', 'inspect', '--f'])).toEqual(['--failures']);
    expect(complete(out, ['muster', 'probe', '--family', ''])).toEqual(['4', '6', 'any']);
    expect(complete(out, ['muster', 'completion', 'f'])).toEqual(['fish']);
    expect(complete(out, ['muster', 'lab', '--s'])).toEqual(['--speed', '--seed', '--stay']);
    // A name, or a file: not of these.
    expect(complete(out, ['muster', 'show', 'web-0'])).toEqual([]);
  });

  test('zsh reads the same by its emulation, and fish has every option of every command', async () => {
    const zsh = await muster(['completion', 'zsh']);
    expect(zsh.out).toMatch(/^autoload -U \+X bashcompinit && bashcompinit\n_muster\(\) \{/);
    const fish = (await muster(['completion', 'fish'])).out;
    for (const name of commandNames()) expect(fish).toContain(`-n '__fish_use_subcommand' -a ${name} `);
    expect(fish).toContain("-n '__fish_seen_subcommand_from hold' -l for -r");
    expect(fish).toContain("-n '__fish_seen_subcommand_from probe' -l family -r -a '4 6 any'");
  });

  test('of another shell is a mistake of usage', async () => {
    expect((await muster(['completion', 'tcsh'])).code).toBe(2);
  });
});

// What operators are told to run at three in the morning has to be there.
test.each([
  'README.md',
  'RUNBOOK.md',
  'functions/fleet/outcomes/launch-message.ts',
  'functions/fleet/outcomes/breaker-message.ts',
])('every command that %s names exists', (file) => {
  const text = readFileSync(join(__dirname, '../../..', file), 'utf8');
  const named = [...text.matchAll(/npx muster ([a-z]+)/g)].map(([, name = '']) => name);
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((name) => !commandNames().includes(name))).toEqual([]);
});
