import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VirtualClock } from '../../infra/lab/kernel/clock';
import { randomStream } from '../../infra/lab/kernel/random';
import { createJenkinsStandIn } from '../../infra/lab/jenkins';
import { labJobs } from '../../infra/lab/systems/fleet/jobs';
import { paced } from '../../infra/lab/kernel/wall-clock';
import { runScript } from '../support/run-command';

// `npm start` without npm. Bounded by the launches that it makes; the time-outs are for a busy machine.
jest.setTimeout(90_000);

const start = (...args: string[]) => runScript('infra/lab/start.mjs', ['--speed', 'max', ...args]);
const event = (name: string) => join(__dirname, '../support/events', `${name}.json`);

test('three launches are told live, shown in a table, and end with exit code 0', async () => {
  const { code, output, errors } = await start();
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  expect(output).toMatch(/web-02 +Provision +BuildRunning\w+: provision #\d, \d+ %, about \d+ s left, http/);
  const table = output.slice(output.indexOf('#  name'));
  for (const [index, name] of ['web-01', 'web-02', 'web-03'].entries()) {
    expect(table).toMatch(
      new RegExp(`^${index + 1} +${name} +i-\\w+ +10\\.[\\d.]+ +\\d min \\d\\d s +healthy +provision #\\d http`, 'm'),
    );
  }
  expect(table).toContain('3 of 3 instances are in service');
});

test('the same seed tells the same story, another one another', async () => {
  const story = async (seed: string) =>
    (await start('--seed', seed, '--instances', '2')).output.replace(/127\.0\.0\.1:\d+/g, 'jenkins');
  const [first, again, other] = await Promise.all([story('a'), story('a'), story('b')]);
  expect(again.replace('seed a', '')).toBe(first.replace('seed a', ''));
  expect(other.replace('seed b', '')).not.toBe(first.replace('seed a', ''));
});

describe('--event', () => {
  test('with the documented lifecycle event brings its instance into service', async () => {
    const { code, output } = await start('--event', event('launch-lifecycle-action'));
    expect(output).toMatch(/^1 +my-asg-01 +i-1234567890abcdef0 .* healthy/m);
    expect(code).toBe(0);
  });

  test('with a classic notification starts without a lifecycle action', async () => {
    const { code, output } = await start('--event', event('launch-notification'));
    expect(output).toContain('no lifecycle action waits for dev-idp-01');
    expect(code).toBe(0);
  });

  test('with a message that starts nothing says why', async () => {
    const { code, output } = await start('--event', event('standby-notification'));
    expect(output).toContain('MovedOutOfStandby: i-06e5a36f44cf8a51c came back from Standby');
    expect(code).toBe(0);
  });

  test('with what is not a message is refused', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'muster-'));
    try {
      writeFileSync(join(folder, 'event.json'), 'not JSON');
      const { code, output } = await start('--event', join(folder, 'event.json'));
      expect(output).toContain('refused');
      expect(code).toBe(1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

test("--jenkins uses a Jenkins that is not the lab's, with credentials from the environment only", async () => {
  const clock = new VirtualClock({ pace: paced(50) });
  const credentials = { user: 'ci', token: 'a-token-for-this-test' };
  const jenkins = createJenkinsStandIn({
    clock,
    random: randomStream('a test'),
    credentials,
    jobs: Object.values(labJobs.definitions),
  });
  const url = await jenkins.start();
  let over = false;
  const tick = () => void clock.after(100, tick);
  tick();
  const time = clock.runUntil(() => over);
  try {
    const run = (environment: Record<string, string>) =>
      runScript('infra/lab/start.mjs', ['--jenkins', url, '--speed', '50', '--instances', '1'], environment);
    const without = await run({ JENKINS_USER: '', JENKINS_TOKEN: '' });
    expect(without).toMatchObject({
      code: 2,
      errors: expect.stringContaining('set JENKINS_USER and JENKINS_TOKEN') as string,
    });
    const { code, output } = await run({ JENKINS_USER: credentials.user, JENKINS_TOKEN: credentials.token });
    expect(output).toContain('1 of 1 instances are in service');
    expect(code).toBe(0);
    expect(output).not.toContain(credentials.token);
    expect(jenkins.builds(labJobs.deploy)).toHaveLength(1);
    // It keeps its builds: a second run must not take one of the first for its own.
    const again = await run({ JENKINS_USER: credentials.user, JENKINS_TOKEN: credentials.token });
    expect(again).toMatchObject({
      code: 0,
      output: expect.stringContaining('1 of 1 instances are in service') as string,
    });
    for (const job of [labJobs.provision, labJobs.deploy]) {
      const values = jenkins.builds(job).map(({ parameters }) => parameters.MUSTER_BUILD);
      expect(new Set(values).size).toBe(2);
      expect(values).toHaveLength(2);
    }
  } finally {
    over = true;
    await time;
    await jenkins.stop();
  }
});

test('a wrong command line is refused with every mistake, and exit code 2', async () => {
  const { code, errors } = await start('--instances', '0', '--jenkins', 'ftp://me:secret@host', '--deploy', 'x');
  expect(code).toBe(2);
  expect(errors).toContain('--instances takes a whole number from 1 to 200, got 0');
  expect(errors).toContain('--jenkins takes an http or https URL');
  expect(errors).not.toContain('secret');
});

test('--help explains every option', async () => {
  const { code, output } = await start('--help');
  expect(code).toBe(0);
  for (const option of ['instances', 'speed', 'seed', 'event', 'jenkins', 'provision', 'deploy', 'keep', 'help']) {
    expect(output).toContain(`--${option}`);
  }
});
