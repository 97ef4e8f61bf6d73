import { inspect } from 'node:util';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import {
  createParameterSettings,
  groupOfSettingsParameter,
  settingsParameterName,
} from '../../../functions/fleet/adapters/aws/parameter-settings';
import { createSecretCredentials } from '../../../functions/fleet/adapters/aws/secret-credentials';
import { startJsonApi, type JsonApi } from '../../support/json-api';

const errorOf = (promise: Promise<unknown>) =>
  promise.then(
    () => new Error('it did not fail'),
    (error: unknown) => error as Error,
  );

let api: JsonApi;
beforeAll(async () => {
  api = await startJsonApi();
});
afterAll(() => api.stop());
beforeEach(() => api.reset());

describe('settings in Parameter Store', () => {
  let now = 0;
  const make = () => {
    const clock = { now: () => new Date(now) };
    return createParameterSettings({ client: new SSMClient(api.clientOptions), prefix: '/muster/groups/', clock });
  };
  const parameter = (value: unknown) => ({
    Parameter: { Value: typeof value === 'string' ? value : JSON.stringify(value) },
  });

  test('are read from the parameter of the group, with defaults filled in', async () => {
    api.answer('AmazonSSM.GetParameter', parameter({ group: 'web' }));
    expect(await make().read('web')).toMatchObject({ group: 'web', launchHook: 'muster-launch' });
    expect(api.requests).toEqual([{ target: 'AmazonSSM.GetParameter', body: { Name: '/muster/groups/web' } }]);
  });

  test('are read again after a few seconds, so that a fixed setting is used', async () => {
    const settings = make();
    api.answer('AmazonSSM.GetParameter', parameter({ group: 'web', healthTimeoutMinutes: 5 }));
    expect((await settings.read('web')).healthTimeoutMinutes).toBe(5);
    api.answer('AmazonSSM.GetParameter', parameter({ group: 'web', healthTimeoutMinutes: 7 }));
    now += 5000;
    expect((await settings.read('web')).healthTimeoutMinutes).toBe(5);
    now += 5000;
    expect((await settings.read('web')).healthTimeoutMinutes).toBe(7);
    expect(api.requests).toHaveLength(2);
  });

  test('of a group that has none: not managed', async () => {
    api.fail('AmazonSSM.GetParameter', 400, 'ParameterNotFound');
    await expect(make().read('web')).rejects.toMatchObject({
      name: 'GroupNotManaged',
      message: expect.stringContaining('/muster/groups/web') as string,
    });
  });

  test.each([
    ['not JSON', '{', 'not JSON'],
    ['with a mistake', { group: 'web', color: 1 }, 'color'],
    ['of another group', { group: 'api' }, 'api'],
  ])('that are %s are refused, with the parameter named', async (_, value, part) => {
    api.answer('AmazonSSM.GetParameter', parameter(value));
    const error = await errorOf(make().read('web'));
    expect(error.name).toBe('SettingsInvalid');
    expect(error.message).toContain('/muster/groups/web');
    expect(error.message).toContain(part);
  });

  const awkward = [
    'a b',
    'a/b',
    'a_b',
    'a.b',
    'a-b',
    'ä',
    '😀',
    '_',
    'a_x2f_b',
    '_x2f/',
    '/x2f_',
    'a_x5f_x2f_b',
    '__x2f__',
  ];

  test('groups whose names a parameter cannot have get one all the same, each its own', () => {
    const names = awkward.map((group) => settingsParameterName('/m/', group));
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^\/m\/[\w.-]+$/);
    expect(names.map((name) => groupOfSettingsParameter('/m/', name))).toEqual(awkward);
  });

  test('groups whose names a parameter can have keep them, also those that look a little like an escaped one', () => {
    for (const group of ['web', 'web_eu.blue-2', 'web_x86_blue', 'web_x64_blue', 'a_x2f', 'a_xyz_b', 'a_x2F_b']) {
      expect(settingsParameterName('/m/', group)).toBe(`/m/${group}`);
      expect(groupOfSettingsParameter('/m/', `/m/${group}`)).toBe(group);
    }
  });

  describe('the list of groups', () => {
    const page = (groups: string[], NextToken?: string) => ({
      Parameters: groups.map((group) => ({ Name: settingsParameterName('/muster/groups/', group), Value: '{ broken' })),
      NextToken,
    });

    test('has all that have settings, also broken ones, page after page', async () => {
      const pages = [page(['web', 'a/b'], 'one'), page([], 'two'), page(['api'])];
      const sent: object[] = [];
      const client = new SSMClient(api.clientOptions);
      client.send = (async ({ input }: { input: object }) => {
        sent.push(input);
        return pages[sent.length - 1];
      }) as never;
      const settings = createParameterSettings({
        client,
        prefix: '/muster/groups/',
        clock: { now: () => new Date(0) },
      });
      expect(await settings.list()).toEqual(['web', 'a/b', 'api']);
      const Path = '/muster/groups';
      expect(sent).toEqual([undefined, 'one', 'two'].map((NextToken) => ({ Path, MaxResults: 10, NextToken })));
    });

    test('brings their values along, for some seconds; wrong ones are read again, and said to be wrong', async () => {
      const settings = make();
      api.answer('AmazonSSM.GetParametersByPath', {
        Parameters: [
          { Name: '/muster/groups/web', Value: JSON.stringify({ group: 'web', healthTimeoutMinutes: 5 }) },
          { Name: '/muster/groups/api', Value: '{ broken' },
        ],
      });
      expect(await settings.list()).toEqual(['web', 'api']);
      expect((await settings.read('web')).healthTimeoutMinutes).toBe(5);
      expect(api.requests).toHaveLength(1);
      api.answer('AmazonSSM.GetParameter', parameter('{ broken'));
      expect((await errorOf(settings.read('api'))).name).toBe('SettingsInvalid');
      api.answer('AmazonSSM.GetParameter', parameter({ group: 'web', healthTimeoutMinutes: 7 }));
      now += 10_000;
      expect((await settings.read('web')).healthTimeoutMinutes).toBe(7);
    });

    test('is asked for without any decryption, and is empty where there are none', async () => {
      api.answer('AmazonSSM.GetParametersByPath', { Parameters: [] });
      expect(await make().list()).toEqual([]);
      expect(api.requests).toEqual([
        { target: 'AmazonSSM.GetParametersByPath', body: { Path: '/muster/groups', MaxResults: 10 } },
      ]);
    });

    test('of which a page is answered without its list is not taken for shorter', async () => {
      api.answer('AmazonSSM.GetParametersByPath', {});
      await expect(make().list()).rejects.toMatchObject({ name: 'AwsUnavailable' });
    });

    test('that cannot be read is an error, not an empty list', async () => {
      api.fail('AmazonSSM.GetParametersByPath', 400, 'AccessDeniedException');
      await expect(make().list()).rejects.toMatchObject({ name: 'AccessDeniedException' });
    });
  });
});

describe('credentials in Secrets Manager', () => {
  const make = () =>
    createSecretCredentials(new SecretsManagerClient(api.clientOptions), 'muster/jenkins', {
      url: 'https://ci.example.com/',
      allowed: ['https://ci.example.com'],
    });

  test('are read once, and again when asked again', async () => {
    const credentials = make();
    api.answer('secretsmanager.GetSecretValue', { SecretString: '{"user":"muster","token":"one"}' });
    expect(await credentials(false)).toMatchObject({ user: 'muster', token: 'one' });
    api.answer('secretsmanager.GetSecretValue', { SecretString: '{"user":"muster","token":"two"}' });
    expect(await credentials(false)).toMatchObject({ user: 'muster', token: 'one' });
    expect(await credentials(true)).toMatchObject({ user: 'muster', token: 'two' });
  });

  test.each([
    ['is not JSON', { SecretString: 'hunter2' }],
    ['lacks the token', { SecretString: '{"user":"muster","password":"hunter2"}' }],
    ['is binary', {}],
    ['has no address as its url', { SecretString: '{"user":"u","token":"t","url":"hunter2"}' }],
    ['has credentials in its url', { SecretString: '{"user":"u","token":"t","url":"https://hunter2@ci"}' }],
    ['has something else than jobs', { SecretString: '{"user":"u","token":"t","jobs":"hunter2"}' }],
    ['has a colon in the user', { SecretString: '{"user":"muster:hunter2","token":"x"}' }],
    ['has white space around the token', { SecretString: '{"user":"muster","token":"hunter2\\n"}' }],
  ])('a secret that %s is a misconfiguration that does not show it', async (_, answer) => {
    api.answer('secretsmanager.GetSecretValue', answer);
    const error = await errorOf(make()(false));
    expect(error.name).toBe('JenkinsMisconfigured');
    expect(error.message).toContain('muster/jenkins');
    expect(inspect(error, { depth: 9 })).not.toContain('hunter2');
  });

  test('a secret that is not there is a misconfiguration', async () => {
    api.fail('secretsmanager.GetSecretValue', 400, 'ResourceNotFoundException');
    await expect(make()(false)).rejects.toMatchObject({ name: 'JenkinsMisconfigured' });
  });

  test.each([
    [400, 'AccessDeniedException', 'JenkinsMisconfigured'],
    [400, 'DecryptionFailure', 'JenkinsMisconfigured'],
    [400, 'InvalidRequestException', 'JenkinsMisconfigured'],
    [400, 'ThrottlingException', 'ThrottlingException'],
    [500, 'InternalServiceError', 'InternalServiceError'],
  ])('%i %s names the secret', async (status, code, name) => {
    api.fail('secretsmanager.GetSecretValue', status, code);
    await expect(make()(false)).rejects.toMatchObject({
      name,
      message: expect.stringContaining('secret muster/jenkins cannot be read') as string,
    });
  });
});
