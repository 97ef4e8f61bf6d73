import { Bench, request } from './scripted';
import { matching } from './matchers';
import { withServer } from './setup';

const server = withServer();

const definitions = (...parameterDefinitions: object[]): object => ({
  _class: 'hudson.model.FreeStyleProject',
  buildable: true,
  nextBuildNumber: 1,
  property: [{ parameterDefinitions }],
});
const correlation = { name: 'REQUEST_ID', type: 'StringParameterDefinition' };

async function refusal(job: object, wanted = request): Promise<string> {
  server.current.job = job;
  const bench = new Bench(server.current);
  const error = await bench.failing(wanted);
  expect(error.name).toBe('JenkinsMisconfigured');
  expect(server.current.posts).toHaveLength(0);
  expect(bench.saved).toEqual([]);
  return error.message;
}

describe('before anything is posted', () => {
  test('a job that does not define the correlation parameter is refused', async () => {
    const message = await refusal(definitions({ name: 'HOST' }, { name: 'ENV' }));
    expect(message).toMatch(/does not define 'REQUEST_ID': add a string parameter/);
    expect(message).toContain(`${server.current.base}/job/platform/job/deploy`);
  });

  test.each(['PasswordParameterDefinition', 'FileParameterDefinition', 'BooleanParameterDefinition'])(
    'so is one where it is a %s',
    async (type) => {
      const message = await refusal(definitions({ name: 'HOST' }, { name: 'ENV' }, { ...correlation, type }));
      expect(message).toMatch(/make it a string parameter/);
    },
  );

  test('a parameter that the job does not define is refused, and all mistakes are reported together', async () => {
    const message = await refusal(
      definitions({ name: 'HOTS' }, { name: 'ENV', type: 'ChoiceParameterDefinition', choices: ['qa'] }, correlation),
    );
    expect(message).toMatch(/does not define 'HOST', .* it defines 'HOTS', 'ENV', 'REQUEST_ID'/);
    expect(message).toMatch(/'ENV' cannot be 'staging': it is one of 'qa'/);
  });

  test('a boolean that Jenkins would read as false is refused', async () => {
    const wanted = { ...request, parameters: { ...request.parameters, DRY: 'yes' } };
    expect(await refusal(server.current.job, wanted)).toMatch(/'DRY' cannot be 'yes'/);
  });

  test('a job that is not parameterized, disabled, or a folder is refused', async () => {
    const job = { _class: 'x.FreeStyleProject', buildable: true, nextBuildNumber: 1 };
    expect(await refusal({ ...job, property: [] })).toMatch(/has no parameters/);
    expect(await refusal({ ...job, buildable: false })).toMatch(/disabled or not buildable/);
    expect(await refusal({ _class: 'x.y.WorkflowMultiBranchProject' })).toMatch(
      /is a WorkflowMultiBranchProject, not a job: name the job \(or branch\) inside it/,
    );
  });

  test.each(['delay', 'token', 'cause', 'json', 'Submit', 'Jenkins-Crumb'])(
    'the name %s, which Jenkins takes for itself, is refused without asking',
    async (name) => {
      const message = await refusal(server.current.job, { ...request, parameters: { [name]: 'x' } });
      expect(message).toContain(`'${name}' cannot be passed`);
      expect(server.current.hits).toHaveLength(0);
    },
  );

  test('the correlation parameter cannot be given another value, nor be empty', async () => {
    const twice = { ...request, parameters: { REQUEST_ID: 'mine' } };
    expect(await refusal(server.current.job, twice)).toMatch(/cannot be given another value/);
    const empty = { ...request, correlation: { parameter: 'REQUEST_ID', value: ' ' } };
    expect(await refusal(server.current.job, empty)).toMatch(/needs both/);
  });

  test.each([
    [
      'defined as an action',
      { nextBuildNumber: 1, buildable: true, actions: [{ parameterDefinitions: [correlation] }] },
    ],
    ['twice', { ...definitions(correlation), actions: [{ parameterDefinitions: [correlation] }] }],
  ])('parameters %s are fine', async (_, job) => {
    server.current.job = job;
    const status = await new Bench(server.current).advance({ ...request, parameters: {} });
    expect(status).toMatchObject({ state: 'queued' });
  });

  test.each(['true', 'false', 'TRUE'])('a boolean may be %s', async (DRY) => {
    const status = await new Bench(server.current).advance({ ...request, parameters: { DRY } });
    expect(status).toMatchObject({ state: 'queued' });
  });

  test.each([
    [401, {}, '', /API token is not accepted/],
    [
      403,
      { 'X-Required-Permission': 'hudson.model.Item.Read', 'X-You-Are-Authenticated-As': 'bob' },
      '',
      /'bob' lacks the permission hudson.model.Item.Read/,
    ],
    [404, { 'X-Jenkins': '2.5' }, '', /not found or not visible to this user/],
    [404, {}, '', /check the context path/],
    [
      301,
      { Location: 'https://ci.example.com/job/platform/job/deploy/api/json' },
      '',
      /set the Jenkins URL to where it really is, https:\/\/ci\.example\.com$/,
    ],
    [302, { Location: '/login?from=%2Fjob' }, '', /to a login page/],
    [
      302,
      { Location: 'https://sso.example.com/oauth2/authorize?state=x' },
      '',
      /login page, https:\/\/sso\.example\.com\/oauth2\/authorize:/,
    ],
    [
      200,
      { 'Content-Type': 'text/html' },
      '<html><title>Sign in</title></html>',
      /web page instead of JSON \('Sign in'\)/,
    ],
  ])('a job page that answers %i is a mistake in the settings', async (status, headers, body, message) => {
    server.current.on('GET', /deploy\/api\/json$/, { status, headers, body });
    const error = await new Bench(server.current).failing();
    expect(error).toMatchObject({ name: 'JenkinsMisconfigured', message: matching(message) });
    expect(server.current.posts).toHaveLength(0);
  });

  test.each([
    ['503', { status: 503, body: '<html>Please wait while Jenkins is getting ready to work</html>' }],
    ['500', { status: 500, body: 'Oops! Logging ID=5d3a' }],
    ['502', { status: 502 }],
    ['429', { status: 429 }],
    ['truncated JSON', { body: '{"buildable":true,"next' }],
    ['no JSON', { body: 'OK' }],
    ['a list', { body: '[]' }],
    ['a broken connection', 'reset' as const],
  ])('a job page that answers %s is waited for', async (_, reply) => {
    const { current } = server;
    current.on('GET', /deploy\/api\/json$/, reply, 1);
    const bench = new Bench(current);
    expect(await bench.failing()).toMatchObject({ name: 'JenkinsUnavailable' });
    expect(current.posts).toHaveLength(0);
    expect(await bench.later(5)).toMatchObject({ state: 'queued' });
  });

  test('nothing is posted either while the look-up fails', async () => {
    const { current } = server;
    current.on('GET', /queue\/api\/json$/, { status: 503 }, 1);
    const bench = new Bench(current);
    expect(await bench.failing()).toMatchObject({ name: 'JenkinsUnavailable' });
    expect(current.posts).toHaveLength(0);
    await bench.later(5);
    expect(current.posts).toHaveLength(1);
  });
});
