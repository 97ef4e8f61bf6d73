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

// What operators are told to run at three in the morning has to be there.
test.each([
  'README.md',
  'RUNBOOK.md',
  'functions/fleet/outcomes/message.ts',
  'functions/fleet/outcomes/breaker-message.ts',
])('every command that %s names exists', (file) => {
  const text = readFileSync(join(__dirname, '../../..', file), 'utf8');
  const named = [...text.matchAll(/npx muster ([a-z]+)/g)].map(([, name = '']) => name);
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((name) => !commandNames().includes(name))).toEqual([]);
});
