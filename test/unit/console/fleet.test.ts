import type { Lab } from '../../../infra/lab/systems/fleet/lab';
import { worldOfLab } from '../../../infra/console/world-lab';
import type { ListedGroup } from '../../../functions/fleet/operations/list';
import type { InstanceView } from '../../../functions/fleet/operations/show';
import { muster, type CommandOutput } from '../../support/console/run';
import { buildsEndAs, minutes } from '../../support/failures';
import { launch, settle, stateOf, withLab } from '../../support/run-lab';

type Say = (...args: string[]) => Promise<CommandOutput>;

/** The console on a lab of this process, in which one of three deploys has failed. */
async function onLab(use: (say: Say, lab: Lab, ids: string[]) => Promise<void>): Promise<void> {
  await withLab({ reachedOver: 'http' }, async (lab) => {
    lab.addGroup('web');
    buildsEndAs(lab, 'deploy', 'FAILURE', 'SUCCESS', 'SUCCESS');
    const ids = await launch(lab, 3);
    const world = worldOfLab(lab);
    await use((...args) => muster(args, { world }), lab, ids);
  });
}

const held = async (say: Say) => {
  const { out } = await say('ls', '--json');
  const [group] = JSON.parse(out) as ListedGroup[];
  return group!.instances.find(({ stage }) => stage === 'held')!;
};

test('what failed is found, read, retried and awaited, by its name', () =>
  onLab(async (say, lab) => {
    const listed = await say('ls');
    expect(listed).toMatchObject({ code: 1, err: '' });
    const { name = '', instanceId } = await held(say);
    expect(listed.out).toMatch(new RegExp(`^  ${name}  on hold 60 min more: Deploy failed`, 'm'));

    const shown = await say('show', name);
    expect(shown.code).toBe(1);
    expect(shown.out).toContain(`${name}  on hold: Deploy failed (BuildFailed)`);
    expect(shown.out).toContain(`$ muster retry ${name}`);
    expect(shown.out).toMatch(/x {2}step: Deploy failed: BuildFailed/);
    expect(shown.out).toContain('Finished: FAILURE');
    expect(shown.out).toContain('message about the failure sent');

    expect((await say('log', name)).out).toMatch(/^Started by user muster\n[^]*Finished: FAILURE\n$/);
    expect((await say('wait', 'web')).code).toBe(1);
    expect(await say('retry', name)).toMatchObject({ code: 0, out: `${name} continues at the step that failed\n` });
    expect((await say('ls')).code).toBe(0);
    await settle(lab);
    expect(stateOf(lab, instanceId)).toBe('InService');
    expect(await say('wait', 'web')).toMatchObject({ code: 0, out: '3 of 3 instances of web are in service\n' });
    expect(await say('wait', name)).toMatchObject({ code: 0, out: `${name} in service\n` });
    const again = await say('show', name);
    expect(again.code).toBe(0);
    expect(again.out).toContain('operator: Deploy retried (redrive)');
    expect(again.out).toMatch(/Targets\n {2}web {2}healthy/);
  }));

test('the instance can be named in many ways', () =>
  onLab(async (say) => {
    const { name = '', instanceId, execution = '' } = await held(say);
    const fqdn = `${name}.internal.example.com`;
    for (const text of [
      name,
      `web/${name}`,
      instanceId,
      `web/${instanceId}`,
      fqdn,
      execution,
      execution.split(':').at(-1)!,
    ]) {
      const { out } = await say('show', text, '--json');
      expect((JSON.parse(out) as InstanceView).instanceId).toBe(instanceId);
    }
  }));

test('what matches nothing, or two things, has its sentence', () =>
  onLab(async (say, lab) => {
    expect(await say('show', 'web-09')).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/^no instance is called 'web-09': did you mean web-0\d\?\n$/) as string,
    });
    expect((await say('show', 'database')).err).toBe(
      "no instance is called 'database': muster ls shows all there are\n",
    );
    expect((await say('show', 'web')).err).toBe('web is a group: muster ls web shows its instances\n');
    expect((await say('show', ' ')).err).toContain('an empty name');
    expect((await say('show', 'i-0123456789abcdef0')).err).toContain('is in no Auto Scaling group');
    expect((await say('show', 'arn:aws:states:eu-central-1:123456789012:execution:scale-out:gone')).err).toContain(
      'forgets',
    );
    lab.region.autoScaling.world.createGroup({ name: 'former', launchHooks: [], terminateHooks: [] });
    const [former] = await launch(lab, 1, 'former');
    expect(await say('show', former!)).toMatchObject({
      code: 1,
      err: `${former} is of group 'former', which is not (or no longer) managed; managed groups are web\n`,
    });
    expect((await say('ls', 'nope')).err).toBe("group 'nope' is not managed: managed are web\n");
    expect((await say('resume', 'nope')).err).toContain('managed are web');
    lab.addGroup('other', { settings: { names: { pattern: 'web-{index:02}' }, dns: undefined } });
    await launch(lab, 1, 'other');
    expect((await say('show', 'web-01')).err).toMatch(
      /^web-01 is two instances or more: say (other|web)\/i-\w+ or (other|web)\/i-\w+\n$/,
    );
  }));

test('a hold is made longer and never ends past its hook, and a time that is none is a mistake of usage', () =>
  onLab(async (say, lab) => {
    const { name = '' } = await held(say);
    expect((await say('hold', name, '--for', '4h')).out).toMatch(/is held until /);
    await minutes(lab, 200);
    expect((await held(say)).stage).toBe('held');
    for (const text of ['x', '', '4', '1h30', '-5m', '0m', '0h', '4 h', '1.5h', '3d', '48h1m'])
      expect([text, (await say('hold', name, `--for=${text}`)).code]).toEqual([text, 2]);
    expect((await say('wait', name, '--timeout', 'soon')).err).toContain('--timeout takes a time such as 30m');
    expect((await say('log', name, '--tail', 'all')).code).toBe(2);
    expect((await say('hold', name)).code).toBe(2);
  }));

test('waiting continues while a launch does, and log -f as long as its build', () =>
  withLab({ reachedOver: 'http' }, async (lab) => {
    lab.addGroup('web');
    buildsEndAs(lab, 'deploy', 'SUCCESS');
    const world = { ...worldOfLab(lab), pause: (millis: number) => lab.clock.advance(millis) };
    const say: Say = (...args) => muster(args, { world });
    expect(await say('wait', 'web')).toMatchObject({ code: 0, out: '0 of 0 instances of web are in service\n' });
    lab.region.autoScaling.world.setDesiredCapacity('web', 1);
    const isDeploying = () => lab.jenkins!.builds(lab.jobs.deploy).length > 0;
    expect(await lab.clock.runUntil(isDeploying, 600_000)).toBe(true);
    // Until the next poll has seen its number.
    await lab.clock.advance(10_000);
    const short = await say('log', 'web-01');
    expect(short).toMatchObject({ code: 0, err: 'platform/deploy #1, which runs\n' });
    expect(short.out).not.toContain('Finished');
    const whole = await say('log', 'web-01', '--follow');
    expect(whole.out).toMatch(/^Started by user muster\n[^]*Finished: SUCCESS\n$/);
    expect(whole.out.match(/Started by/g)).toHaveLength(1);
    expect(await say('wait', 'web-01')).toMatchObject({ code: 0, out: 'web-01 in service\n' });
    lab.region.autoScaling.world.setDesiredCapacity('web', 2);
    expect(await say('wait', 'web')).toMatchObject({ code: 0, out: '2 of 2 instances of web are in service\n' });
  }));

test('waiting ends where the settings of the group let no launch come further, and says what is wrong with them', () =>
  withLab({ reachedOver: 'http' }, async (lab) => {
    lab.addGroup('web');
    const world = worldOfLab(lab);
    lab.settings.put('web', { group: 'web', holdMinutes: 'soon' });
    lab.region.autoScaling.world.setDesiredCapacity('web', 1);
    const waited = await muster(['wait', 'web', '--timeout', '1m'], { world });
    expect(waited.code).toBe(1);
    expect(waited.err).toMatch(/^0 of 1 instances of web are in service, and none can continue: .*holdMinutes/s);
    expect(JSON.parse((await muster(['wait', 'web', '--json'], { world })).out)).toMatchObject({ ready: false });
    // So do a list and a look at what waits.
    await lab.clock.advance(60_000);
    const [id] = [...lab.region.autoScaling.world.group('web').instances.keys()];
    expect((await muster(['ls'], { world })).out.replace(/\s+/g, ' ')).toMatch(/no launch begins: .*holdMinutes/);
    const shown = (await muster(['show', id!], { world })).out.replace(/\s+/g, ' ');
    expect(shown).toMatch(/Next \(operator\) no launch of web begins until its settings are fixed: .*holdMinutes/);
  }));

test('abandoning asks first, and a script has to say that it means it', () =>
  onLab(async (say, lab) => {
    const { name = '', instanceId } = await held(say);
    const unasked = await say('abandon', name);
    expect(unasked).toMatchObject({ code: 2, err: expect.stringContaining('use --yes') as string });
    expect(stateOf(lab, instanceId)).toBe('Pending:Wait');
    expect(await say('abandon', name, '--yes')).toMatchObject({ code: 0 });
    expect((await say('show', name)).out).toContain('is being released');
    expect((await say('abandon', name, '--yes')).code).toBe(0);
    const { engine, releaseArn: stateMachineArn } = lab.muster;
    expect(engine.listExecutions({ stateMachineArn }).executions).toHaveLength(1);
    await settle(lab);
    expect((await say('show', instanceId)).out).toContain('and holds nothing');
  }));

test('two operators who retry and abandon at the same moment: one is told, nothing is done twice', () =>
  onLab(async (say, lab) => {
    const { name = '', instanceId } = await held(say);
    const [retried, abandoned] = await Promise.all([say('retry', name), say('abandon', name, '--yes')]);
    await settle(lab);
    const state = lab.region.autoScaling.world.group('web').instances.get(instanceId)?.state;
    // Whichever came first: it is in service with its number, or gone without one.
    const member = await lab.ledger.member('web', instanceId);
    expect(state === 'InService' ? member?.phase : member).toBe(state === 'InService' ? 'in-service' : undefined);
    expect(`${retried.out}${retried.err}${abandoned.out}${abandoned.err}`).toMatch(/goes on|released|stopped/);
  }));

test('history tells who had a name, newest first', () =>
  onLab(async (say, lab, ids) => {
    const { name = '', instanceId } = await held(say);
    await say('abandon', name, '--yes');
    await settle(lab);
    const lines = (await say('history', name)).out.trim().split('\n');
    expect(lines.length).toBeGreaterThanOrEqual(2);
    expect(lines.some((line) => line.includes('freed') && line.includes(instanceId))).toBe(true);
    expect((await say('history', 'web')).out.trim().split('\n').length).toBeGreaterThanOrEqual(ids.length);
    expect((await say('history', 'web-77')).code).toBe(1);
    for (const limit of ['0', 'x', '1.5', '1001'])
      expect(await say('history', 'web', '--limit', limit)).toMatchObject({
        code: 2,
        err: `--limit takes a whole number from 1 to 1000, got '${limit}'\n`,
      });
  }));

test('what others have written is shown as text', () =>
  onLab(async (say, lab) => {
    const { name = '' } = await held(say);
    const hold = (await lab.ledger.records('web')).holds[0]!;
    const hostile = '\u001b]0;owned\u0007\u001b[31mred\u001b[2J <b>bold</b> \u202eevil';
    await lab.ledger.saveHold({ ...hold, revision: hold.revision + 1, error: hostile, state: hostile });
    for (const args of [['ls'], ['show', name]]) {
      const { out } = await say(...args);
      for (const control of ['\u001b', '\u0007', '\u202e']) expect(out).not.toContain(control);
      expect(out).toContain('<b>bold</b>');
    }
  }));

test('--json is whole and has no colour; a pipe has none either', () =>
  onLab(async (say) => {
    const { name = '' } = await held(say);
    const view = JSON.parse((await say('show', name, '--json')).out) as InstanceView;
    expect(view).toMatchObject({ group: 'web', name, next: { whose: 'operator' }, gaps: [] });
    expect(view.timeline.map(({ at }) => at)).toEqual([...view.timeline.map(({ at }) => at)].sort());
    expect((await say('ls')).out).not.toContain('\u001b[');
  }));
