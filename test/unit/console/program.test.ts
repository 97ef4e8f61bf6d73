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
