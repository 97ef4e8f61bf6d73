import { inspect } from 'node:util';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createJenkinsDirectory } from '../../../functions/fleet/adapters/jenkins-directory';
import { createJenkins } from '../../../functions/fleet/adapters/jenkins';
import type { Transport } from '../../../functions/fleet/adapters/jenkins/transport/http';
import { isWithinJobs } from '../../../functions/fleet/adapters/jenkins/transport/urls';
import { systemClock } from '../../../functions/shared/runtime';
import { startJsonApi, type JsonApi } from '../../support/json-api';
import { request } from './scripted';

let api: JsonApi;
beforeAll(async () => void (api = await startJsonApi()));
afterAll(() => api.stop());

/** What one launch with these settings does: where the token was sent to, and what became of it. */
async function tried(
  url: string,
  { secret, deployed = [], job = request.job }: { secret?: object; deployed?: string[]; job?: string },
): Promise<{ sentTo: string[]; error: Error | undefined }> {
  const SecretString = JSON.stringify({ user: 'muster', token: 'hunter2', ...secret });
  api.answer('secretsmanager.GetSecretValue', { SecretString });
  const sentTo: string[] = [];
  const transport: Transport = ({ url: to, headers }) => {
    if (headers.Authorization !== undefined) sentTo.push(to);
    return Promise.reject(Object.assign(new Error('as far as it goes'), { code: 'ECONNREFUSED' }));
  };
  // A connection that breaks on a busy machine is no refusal.
  const secrets = new SecretsManagerClient({ ...api.clientOptions, maxAttempts: 4 });
  const directory = createJenkinsDirectory(
    { secrets, clock: systemClock, urls: { 'muster/jenkins': deployed } },
    (options) => createJenkins({ ...options, transport }),
  );
  try {
    const jenkins = directory({ url, credentialsSecret: 'muster/jenkins' });
    await jenkins.advance({ ...request, job }, undefined, () => Promise.resolve());
    return { sentTo, error: undefined };
  } catch (error) {
    return { sentTo, error: error as Error };
  }
}

const own = 'https://ci.example.com/jenkins';

/** How an attacker may try to have it sent elsewhere, or in another way. */
const elsewhere = [
  'https://evil.example.com/jenkins',
  'https://ci.example.com.evil.example/jenkins',
  'https://ci.example.com@evil.example.com/jenkins',
  'https://evil.example.com\\@ci.example.com/jenkins',
  'https://evil.example.com#@ci.example.com/jenkins',
  'https://evil.example.com?@ci.example.com/jenkins',
  'https://ci.example.com:8443/jenkins',
  'http://ci.example.com/jenkins',
  'http://ci.example.com:443/jenkins',
  'https://ci.example.com',
  'https://ci.example.com/jenkins-of-others',
  'https://ci.example.com/jenkins/../others',
  'https://ci.example.com/jenkins/%2e%2e/others',
  'https://ci.example.com/jenkins/job/folder',
  'https://ci.example.com/JENKINS',
  'https://sub.ci.example.com/jenkins',
  'https://ci.еxample.com/jenkins', // a Cyrillic е
  'https://[::1]/jenkins',
  'https://127.0.0.1/jenkins',
];

describe.each([
  ['the secret', { secret: { url: own } }],
  ['the deployment, where the secret says nothing', { deployed: [own] }],
  ['the secret, even if the deployment allows more', { secret: { url: own }, deployed: elsewhere.slice(0, 1) }],
])('the token goes where it may by %s', (_, allowed) => {
  test.each(elsewhere)('and not to %s', async (url) => {
    const { sentTo, error } = await tried(url, allowed);
    expect(sentTo).toEqual([]);
    expect(error?.name).toBe('JenkinsMisconfigured');
    expect(inspect(error, { depth: 9 })).not.toContain('hunter2');
  });

  test.each([
    own,
    'HTTPS://CI.Example.COM/jenkins/',
    'https://ci.example.com:443/jenkins',
    'https://ci.example.com./jenkins',
    'https://ci.example.com/others/../jenkins',
    'https://ci.example.com//jenkins//',
  ])('%s is the same place', async (url) => {
    const { sentTo } = await tried(url, allowed);
    expect(sentTo.length).toBeGreaterThan(0);
    for (const one of sentTo) expect(one).toMatch(/^https:\/\/ci\.example\.com\.?\/jenkins\/job\//);
  });
});

test.each([
  ['https://xn--bcher-kva.example/', 'https://Bücher.example'],
  ['https://[2001:db8:0:0::1]', 'https://[2001:DB8::0001]:443/'],
  ['http://10.0.0.1:80', 'http://0x0a.1/'],
])('%s in the secret is %s in the settings', async (url, settings) => {
  const { sentTo, error } = await tried(settings, { secret: { url } });
  expect({ isSent: sentTo.length > 0, error: error?.message }).toEqual({
    isSent: true,
    error: expect.stringContaining('as far as it goes') as string,
  });
});

test('a refusal names the secret and shows nothing of it, the address of another Jenkins neither', async () => {
  const { error } = await tried('https://evil.example.com', { secret: { url: 'https://hidden.example.com' } });
  expect(error?.message).toContain('secret muster/jenkins may not be used for https://evil.example.com');
  expect(error?.message).not.toContain('hidden');
});

test('a secret that neither says where nor is deployed for anything is used for nothing', async () => {
  const { error, sentTo } = await tried(own, {});
  expect(sentTo).toEqual([]);
  expect(error?.message).toMatch(/secret muster\/jenkins .*infra\/config and deploy/);
});

describe('jobs in the secret', () => {
  const secret = { url: own, jobs: ['shop', 'platform/provision'] };

  test.each(['shop/deploy-web', 'shop', 'platform/provision', 'job/shop/job/deploy'])('let %s be run', async (job) => {
    expect((await tried(own, { secret, job })).sentTo).not.toEqual([]);
  });

  test.each([
    'shop-admin/x',
    'platform',
    'platform/provision-all',
    'other/shop',
    'view/all/job/other',
    'SHOP/x',
    '%73hop/x',
  ])('do not let %s be run', async (job) => {
    const { sentTo, error } = await tried(own, { secret, job });
    expect(sentTo).toEqual([]);
    expect(error).toMatchObject({ name: 'JenkinsMisconfigured' });
    expect(error?.message).toContain('muster/jenkins');
  });

  test('an empty list lets none be run', async () => {
    expect((await tried(own, { secret: { ...secret, jobs: [] } })).sentTo).toEqual([]);
  });

  test.each([
    ['https://ci/queue/item/41/api/json', true],
    ['https://ci/job/shop/7/stop', true],
    ['https://ci/view/all/job/shop/7', false],
    ['https://ci/job/other/job/shop/7', false],
  ])('%s: %p', (url, within) => {
    expect(isWithinJobs('https://ci', url, ['shop'])).toBe(within);
  });
});
