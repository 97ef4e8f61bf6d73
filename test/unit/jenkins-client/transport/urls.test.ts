import { createJenkins } from '../../../../functions/fleet/adapters/jenkins';
import {
  isOtherJob,
  parseBaseUrl,
  placeOfJob,
  queueIdIn,
} from '../../../../functions/fleet/adapters/jenkins/transport/urls';
import { inspect } from 'node:util';

describe('the base URL', () => {
  test.each([
    ['http://ci:8080', 'http://ci:8080'],
    ['https://ci.example.com///', 'https://ci.example.com'],
    ['https://ci.example.com/jenkins/', 'https://ci.example.com/jenkins'],
    ['https://ci.example.com//a//jenkins', 'https://ci.example.com/a/jenkins'],
    [' https://CI.example.com/ ', 'https://ci.example.com'],
  ])('%s is used as %s', (given, used) => {
    expect(parseBaseUrl(given)).toBe(used);
  });

  test.each(['ci.example.com', 'jenkins:8080', '', 'ftp://ci', 'https://ci/?x=1', 'https://ci/#top'])(
    'refuses %s',
    (given) => {
      expect(caught(() => parseBaseUrl(given))).toMatchObject({ name: 'JenkinsMisconfigured' });
    },
  );

  test.each(['https://me:s3cret@ci.example.com/', 'https://s3cret@ci', 'me:s3cret@ci'])(
    'refuses credentials in it without repeating them: %s',
    (url) => {
      const error = caught(() => createJenkins({ url, credentials: { user: 'me', token: 's3cret' } }));
      expect(error).toMatchObject({ name: 'JenkinsMisconfigured' });
      expect(inspect(error)).not.toContain('s3cret');
    },
  );
});

describe('a job', () => {
  const base = 'https://ci.example.com/jenkins';
  test.each([
    ['deploy', '/job/deploy'],
    ['a/b/deploy web', '/job/a/job/b/job/deploy%20web'],
    ['/a/deploy/', '/job/a/job/deploy'],
    ['web/feature%2Fx', '/job/web/job/feature%252Fx'],
    ['100%/été?#', '/job/100%25/job/%C3%A9t%C3%A9%3F%23'],
    ['job/a/job/deploy', '/job/a/job/deploy'],
    ['/job/a/job/deploy%20web/', '/job/a/job/deploy%20web'],
    ['a/job/deploy', '/job/a/job/deploy'],
    ['view/all/job/a/view/mine/job/deploy', '/job/a/job/deploy'],
    ['job/web/job/feature%252Fx', '/job/web/job/feature%252Fx'],
    ['job/web/job/feature%2Fx', '/job/web/job/feature%252Fx'],
    ['https://ci.example.com/jenkins/job/a/job/deploy/', '/job/a/job/deploy'],
  ])('%s is at %s', (job, path) => {
    expect(placeOfJob(base, job).url).toBe(base + path);
  });

  test.each(['', '/', '..', 'a/../b', 'https://elsewhere.example.com/job/a', 'https://ci.example.com/jenkins/a'])(
    'refuses %p',
    (job) => {
      expect(caught(() => placeOfJob(base, job))).toMatchObject({ kind: 'misconfigured' });
    },
  );

  test('is told apart from another by the URL that Jenkins gives, under whatever root', () => {
    expect(isOtherJob('http://x/ctx/job/a/job/deploy/', ['a', 'deploy'])).toBe(false);
    expect(isOtherJob('http://x/view/v/job/a/job/deploy/', ['a', 'deploy'])).toBe(false);
    expect(isOtherJob('http://x/job/a/job/build/', ['a', 'deploy'])).toBe(true);
    expect(isOtherJob(undefined, ['a'])).toBe(false);
    expect(isOtherJob('http://x/unheard/of', ['a'])).toBe(false);
  });
});

describe('a queue id', () => {
  test.each([
    ['http://x/queue/item/41/', '41'],
    ['/jenkins/queue/item/41', '41'],
    ['queue/item/717952010831702603/', undefined],
    ['/queue/item/717952010831702603/', '717952010831702603'],
    ['http://x/queue/item/41/?from=x', '41'],
    ['http://x/queue/item/41/cancel', undefined],
    ['http://x/queue/item/x/', undefined],
    ['http://x/job/deploy/', undefined],
    [undefined, undefined],
  ])('of %p is %p', (url, id) => {
    expect(queueIdIn(url)).toBe(id);
  });
});

function caught(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
