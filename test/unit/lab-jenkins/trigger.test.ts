import { deploy, Lab, takenOffMs } from './lab';

const path = '/job/web/job/deploy';

describe('a request to build', () => {
  test('becomes a queue item, whose address is all that the answer says', () => {
    const response = new Lab().trigger();
    expect(response.status).toBe(201);
    expect(response.headers).toEqual({ Location: 'http://jenkins.lab/queue/item/1/' });
    expect(response.body).toBe('');
  });

  test('is led to the item that waits already, when it asks for the same', () => {
    const lab = new Lab();
    lab.trigger('a');
    const again = lab.trigger('a');
    expect([again.status, again.headers.Location]).toEqual([303, 'http://jenkins.lab/queue/item/1/']);
    expect(lab.item().actions.at(-1)?.causes).toHaveLength(1);
    expect(lab.jenkins.posts('web/deploy')).toEqual({ received: 2, created: 1, merged: 1 });
  });

  test('gets an item of its own, when it asks for something else', () => {
    const lab = new Lab();
    lab.trigger('a');
    expect(lab.trigger('b')).toMatchObject({ status: 201, headers: { Location: 'http://jenkins.lab/queue/item/2/' } });
  });

  test('is told 201 with the old id by a core before 2.308', () => {
    const lab = new Lab({ coreVersion: '2.307' });
    lab.trigger('a');
    expect(lab.trigger('a')).toMatchObject({ status: 201, headers: { Location: 'http://jenkins.lab/queue/item/1/' } });
  });

  test('counts an omitted parameter as its default', () => {
    const lab = new Lab();
    lab.trigger('a');
    expect(lab.trigger('a', { COLOR: 'green' }).status).toBe(303);
    expect(lab.trigger('a', { COLOR: 'blue' }).status).toBe(201);
  });

  test('is not merged into an item that an executor has taken, nor into a running build', async () => {
    const lab = new Lab({ takeOff: { pendingMs: 1000 } });
    lab.trigger('a');
    await lab.clock.advance(5500);
    expect(lab.item()).toMatchObject({ pending: true });
    expect(lab.trigger('a').status).toBe(201);
    await lab.clock.advance(2000);
    expect(lab.build().building).toBe(true);
  });

  test('ignores the value of a password when it compares, but not that of a string', () => {
    const parameters = [{ name: 'ID' }, { name: 'SECRET', type: 'password' as const }];
    const lab = new Lab({ jobs: [{ ...deploy, parameters }] });
    lab.trigger('a', { SECRET: 'one' });
    expect(lab.trigger('a', { SECRET: 'two' }).status).toBe(303);
    expect(lab.trigger('b', { SECRET: 'two' }).status).toBe(201);
  });

  test('adds its cause to the item that it is merged into', async () => {
    const lab = new Lab();
    lab.trigger('a');
    await lab.clock.advance(20_000);
    lab.trigger('a');
    lab.jenkins.replay('web/deploy', 1);
    expect(
      lab
        .item(2)
        .actions.at(-1)
        ?.causes.map(({ _class }) => _class),
    ).toEqual(['hudson.model.Cause$UserIdCause', 'org.jenkinsci.plugins.workflow.cps.replay.ReplayCause']);
  });

  test('lets the earlier due time win', async () => {
    const lab = new Lab({ quietPeriodMs: 60_000 });
    lab.trigger('a');
    expect(lab.post(`${path}/buildWithParameters?delay=1sec`, { ID: 'a' }).status).toBe(303);
    await lab.clock.advance(1400);
    expect(lab.jenkins.builds('web/deploy')).toHaveLength(1);
  });

  test.each([
    ['0sec', 0],
    ['7secs', 7000],
    ['5', 0],
    ['3999', 3000],
  ])('waits for delay=%s as long as Jenkins does', (delay, expected) => {
    const lab = new Lab();
    lab.post(`${path}/buildWithParameters?delay=${delay}`, { ID: 'a' });
    const item = lab.item();
    expect(item.timestamp - item.inQueueSince).toBe(expected);
  });

  test('starts a job without parameters with build, and says which item it is', () => {
    const lab = new Lab({ jobs: [{ name: 'plain' }] });
    expect(lab.post('/job/plain/build')).toMatchObject({
      status: 201,
      headers: { Location: 'http://jenkins.lab/queue/item/1/' },
    });
  });

  test('cannot be followed when it is made as the form of the UI makes it', () => {
    const lab = new Lab();
    const form = { json: JSON.stringify({ parameter: [{ name: 'ID', value: 'a' }] }) };
    const location = 'http://jenkins.lab/job/web/job/deploy/';
    expect(lab.post(`${path}/build`, form)).toMatchObject({ status: 201, headers: { Location: location } });
    expect(lab.post(`${path}/build`, form)).toMatchObject({ status: 302, headers: { Location: location } });
    expect(lab.item().actions[0]?.parameters[0]).toMatchObject({ name: 'ID', value: 'a' });
  });

  test('shows who asked, and keeps the builds of a replay recognizable', async () => {
    const lab = new Lab();
    lab.trigger('a');
    await lab.clock.advance(takenOffMs);
    lab.jenkins.replay('web/deploy', 1);
    await lab.clock.advance(1000);
    expect(lab.build(1).actions[0]?.causes[0]?._class).toBe('hudson.model.Cause$UserIdCause');
    expect(lab.build(2).actions[0]?.causes[0]).toMatchObject({ shortDescription: 'Replayed #1' });
    expect(lab.jenkins.builds('web/deploy')[0]?.parameters.ID).toBe('a');
  });
});

describe('a request that Jenkins declines', () => {
  const notQueued = (lab: Lab): void => expect(lab.json('/queue').items).toEqual([]);

  test('gets 405 as a GET', () => {
    const lab = new Lab();
    expect(lab.get(`${path}/buildWithParameters?ID=a`)).toMatchObject({ status: 405, headers: { Allow: 'POST' } });
    notQueued(lab);
  });

  test('gets 409 for a disabled job, and 201 once it is enabled', () => {
    const lab = new Lab({ jobs: [{ ...deploy, disabled: true }] });
    expect(lab.trigger()).toMatchObject({ status: 409 });
    notQueued(lab);
    lab.jenkins.updateJob('web/deploy', { disabled: false });
    expect(lab.trigger()).toMatchObject({ status: 201 });
  });

  test.each([
    ['2.579', 400],
    ['2.523', 500],
  ])('gets told by core %s that the job has no parameters: %d', (coreVersion, status) => {
    const lab = new Lab({ jobs: [{ name: 'web/deploy' }], coreVersion });
    expect(lab.trigger()).toMatchObject({ status });
    notQueued(lab);
  });

  test('gets 400 for a job with parameters that is built without the form', () => {
    const lab = new Lab();
    expect(lab.post(`${path}/build`).body).toContain('Nothing is submitted');
    const bare = lab.request({ method: 'POST', path: `${path}/build` });
    expect([bare.status, bare.body.includes('This page expects a form submission')]).toEqual([400, true]);
    notQueued(lab);
  });

  test.each<[string, [string, string][]]>([
    ['a choice that there is not', [['COLOR', 'red']]],
    [
      'a name that comes twice',
      [
        ['ID', 'a'],
        ['ID', 'a'],
      ],
    ],
    ['a delay that is none', [['delay', 'soon']]],
  ])('gets an Oops with a logging id for %s', (_, form) => {
    const lab = new Lab();
    const response = lab.post(`${path}/buildWithParameters`, form);
    expect(response.status).toBe(500);
    expect(response.body).toMatch(/Logging ID=[0-9a-f]{8}-[0-9a-f-]{27}/);
    expect(response.headers['X-Jenkins']).toBe('2.579');
    notQueued(lab);
  });

  test('gets an Oops for a name in both query and body', () => {
    expect(new Lab().post(`${path}/buildWithParameters?ID=a`, { ID: 'a' }).status).toBe(500);
  });

  test('is led to the job when a queue decision handler refuses it', () => {
    const lab = new Lab({ jobs: [{ ...deploy, refuses: ({ ID }) => ID === 'bad' }] });
    expect(lab.trigger('bad')).toMatchObject({
      status: 302,
      headers: { Location: 'http://jenkins.lab/job/web/job/deploy/' },
    });
    notQueued(lab);
    expect(lab.trigger('good').status).toBe(201);
  });

  test('gets 404 for a job that is not there, also one whose slash is encoded', () => {
    const lab = new Lab();
    expect(lab.post('/job/web/job/other/buildWithParameters').status).toBe(404);
    expect(lab.post('/job/web%2Fdeploy/buildWithParameters').status).toBe(404);
  });

  test('is told that the stand-in does not read multipart', () => {
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    expect(new Lab().post(`${path}/buildWithParameters`, {}, headers).status).toBe(501);
  });
});

describe('the parameters of a request', () => {
  const values = (lab: Lab): unknown => lab.item().actions[0]?.parameters;

  test('are those that the job defines: others vanish without a word', () => {
    const lab = new Lab();
    expect(lab.trigger('a', { UNKNOWN: 'x' }).status).toBe(201);
    expect(values(lab)).toEqual([
      { _class: 'hudson.model.StringParameterValue', name: 'ID', value: 'a' },
      { _class: 'hudson.model.StringParameterValue', name: 'COLOR', value: 'green' },
    ]);
  });

  test('are trimmed, parsed and hidden as their types say', () => {
    const parameters = [
      { name: 'ID', trim: true },
      { name: 'FORCE', type: 'boolean' as const },
      { name: 'DRY', type: 'boolean' as const },
      { name: 'SECRET', type: 'password' as const },
    ];
    const lab = new Lab({ jobs: [{ ...deploy, parameters }] });
    lab.trigger(' a ', { FORCE: 'True', DRY: 'yes', SECRET: 'hush' });
    expect(values(lab)).toMatchObject([{ value: 'a' }, { value: true }, { value: false }, { name: 'SECRET' }]);
    expect(JSON.stringify(lab.item())).not.toContain('hush');
  });

  test('may be empty, which is not the same as omitted', () => {
    const lab = new Lab({ jobs: [{ ...deploy, parameters: [{ name: 'ID', default: 'none' }] }] });
    lab.trigger('');
    lab.post(`${path}/buildWithParameters`);
    expect(lab.item(1).params).toBe('\nID=');
    expect(lab.item(2).params).toBe('\nID=none');
  });
});
