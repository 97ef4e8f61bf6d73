import { deploy, Lab } from './lab';

const credentials = { user: 'svc', token: 't0ken', password: 'secret' };
const basic = (user: string, secret: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`,
});
const byToken = basic('svc', 't0ken');
const byPassword = basic('svc', 'secret');
const trigger = '/job/web/job/deploy/buildWithParameters';
const acceptsJson = { accept: 'application/json, text/plain, */*' };

describe('who may ask', () => {
  test('is every caller that has the token, without crumb or session', () => {
    const lab = new Lab({ credentials });
    expect(lab.post(trigger, {}, byToken).status).toBe(201);
    const item = lab.get('/queue/item/1/api/json', byToken);
    expect(item.body).toContain('Started by user svc');
  });

  test.each([basic('svc', 'wrong'), basic('svc', ''), basic('other', 't0ken')])('is not %o', (headers) => {
    const response = new Lab({ credentials }).get('/api/json', headers);
    expect(response).toMatchObject({ status: 401, headers: { 'WWW-Authenticate': 'Basic realm="Jenkins"' } });
    expect(response.headers).not.toHaveProperty('X-Jenkins');
  });

  test('is told to log in when the request arrives without a name', () => {
    const response = new Lab({ credentials }).get('/job/web/job/deploy/api/json');
    expect(response).toMatchObject({ status: 403, headers: { 'X-You-Are-Authenticated-As': 'anonymous' } });
    expect(response.body).toContain('url=/login?from=%2Fjob%2Fweb');
  });

  test('may look around without a name where the lab lets people do that, and not post', () => {
    const lab = new Lab({ credentials, anonymousRead: true });
    expect(lab.get('/job/web/job/deploy/').status).toBe(200);
    expect(lab.post(trigger).status).toBe(403);
  });
});

describe('a password', () => {
  const crumb = (lab: Lab): Record<string, string> => {
    const response = lab.get('/crumbIssuer/api/json', byPassword);
    const { crumb: value, crumbRequestField } = JSON.parse(response.body) as Record<string, string>;
    return { [crumbRequestField ?? '']: value ?? '', cookie: response.headers['Set-Cookie']?.split(';')[0] ?? '' };
  };

  test('posts with a crumb and the session that it belongs to', () => {
    const lab = new Lab({ credentials });
    expect(lab.post(trigger, {}, { ...byPassword, ...crumb(lab) }).status).toBe(201);
  });

  test.each([
    ['no crumb', 'Jenkins-Crumb'],
    ['no session', 'cookie'],
  ])('does not post with %s', (_, missing) => {
    const lab = new Lab({ credentials });
    const response = lab.post(trigger, {}, { ...byPassword, ...crumb(lab), [missing]: '' });
    expect(response.status).toBe(403);
    expect(response.body).toContain('No valid crumb was included in the request');
    expect(lab.get('/queue/item/1/api/json', byToken).status).toBe(404);
  });

  test('reads without a crumb', () => {
    expect(new Lab({ credentials }).get('/api/json', byPassword).status).toBe(200);
  });

  test('needs a new crumb after a restart', async () => {
    const lab = new Lab({ credentials });
    const headers = { ...byPassword, ...crumb(lab) };
    lab.jenkins.restart({ downForMs: 1000 });
    await lab.clock.advance(1000);
    expect(lab.post(trigger, {}, headers).status).toBe(403);
  });

  test('has no crumb to get where no login is needed', () => {
    expect(new Lab().get('/crumbIssuer/api/json').status).toBe(404);
  });
});

describe('what may be done', () => {
  test('is not to build, without Job/Build', () => {
    const lab = new Lab({ credentials });
    lab.jenkins.access.deny('hudson.model.Item.Build');
    expect(lab.post(trigger, {}, byToken)).toMatchObject({
      status: 403,
      headers: {
        'X-Required-Permission': 'hudson.model.Item.Build',
        'X-You-Are-Authenticated-As': 'svc',
        'X-Jenkins': '2.579',
      },
    });
    lab.jenkins.access.allow('hudson.model.Item.Build');
    expect(lab.post(trigger, {}, byToken).status).toBe(201);
  });

  test('is not even to see a job or its queue item without Job/Read', () => {
    const lab = new Lab();
    lab.trigger();
    lab.jenkins.access.deny('hudson.model.Item.Read');
    expect(lab.get('/job/web/job/deploy/api/json').body).toContain('Please login to access job web/deploy');
    expect(lab.get('/queue/item/1/api/json').status).toBe(403);
    expect(lab.json('/queue').items).toEqual([]);
    lab.jenkins.access.deny('hudson.model.Item.Discover');
    expect(lab.get('/job/web/job/deploy/api/json').status).toBe(404);
    expect(lab.get('/queue/item/1/api/json').status).toBe(404);
  });
});

describe('what may be seen', () => {
  test('is nothing at all without Overall/Read', () => {
    const lab = new Lab({ credentials });
    lab.jenkins.access.deny('hudson.model.Hudson.Read');
    for (const path of ['/api/json', '/queue/api/json', '/job/web/job/deploy/api/json']) {
      expect(lab.get(path, byToken)).toMatchObject({
        status: 403,
        headers: { 'X-Required-Permission': 'hudson.model.Hudson.Read' },
      });
    }
  });
});

describe('an error', () => {
  const conflict = (
    headers: Record<string, string>,
  ): { type: string; body: string; headers: Record<string, string> } => {
    const lab = new Lab({ jobs: [{ ...deploy, disabled: true }] });
    const response = lab.post(trigger, {}, headers);
    return { type: response.headers['Content-Type'] ?? '', body: response.body, headers: { ...response.headers } };
  };

  test("of Jetty's is JSON for a client that accepts it, with the status as a string", () => {
    const { type, body, headers } = conflict(acceptsJson);
    expect(type).toBe('application/json');
    expect(JSON.parse(body)).toEqual({
      servlet: 'Stapler',
      message: 'web/deploy is not buildable',
      url: trigger,
      status: '409',
    });
    expect(headers).not.toHaveProperty('X-Jenkins');
  });

  test.each([{}, { accept: '*/*' }, { accept: 'text/html,application/json' }])(
    "of Jetty's is HTML for %o",
    (headers) => {
      const { type, body } = conflict(headers);
      expect(type).toContain('text/html');
      expect(body).toContain('<title>Error 409 web/deploy is not buildable</title>');
    },
  );

  test("of Jenkins' own is HTML for all callers", () => {
    const response = new Lab().get('/job/other/api/json', acceptsJson);
    expect(response).toMatchObject({ status: 404, headers: { 'X-Jenkins': '2.579' } });
    expect(response.headers['Content-Type']).toContain('text/html');
  });
});

describe('an address', () => {
  test('may go through views, and may not have empty parts or broken escapes', () => {
    const lab = new Lab();
    expect(lab.get('/view/all/job/web/view/mine/job/deploy/api/json').status).toBe(200);
    expect(lab.get('//job/web/job/deploy/api/json').status).toBe(400);
    expect(lab.get('/job/web/job/deploy%2/api/json').status).toBe(400);
    expect(lab.get(`/api/json?tree=${'a'.repeat(8200)}`).status).toBe(414);
  });

  test('is below the context path', () => {
    const lab = new Lab({ contextPath: '/jenkins' });
    const response = lab.post(`/jenkins${trigger}`);
    expect(response.headers.Location).toBe('http://jenkins.lab/jenkins/queue/item/1/');
    expect(lab.get('/job/web/job/deploy/api/json')).toMatchObject({ status: 404 });
    expect(lab.get('/jenkinsother/api/json').headers).not.toHaveProperty('X-Jenkins');
    expect(lab.get('/jenkins').status).toBe(200);
    expect(lab.json('/jenkins', 'url').url).toBe('http://jenkins.lab/jenkins/');
  });

  test('is told with two origins that need not be the one that was called', async () => {
    const lab = new Lab({ rootUrl: 'https://ci.example', locationOrigin: 'http://internal:8080' });
    expect(lab.trigger().headers.Location).toBe('http://internal:8080/queue/item/1/');
    expect(lab.item()).toMatchObject({ url: 'queue/item/1/', task: { url: 'https://ci.example/job/web/job/deploy/' } });
    await lab.clock.advance(6000);
    expect(lab.item().executable.url).toBe('https://ci.example/job/web/job/deploy/1/');
  });

  test('follows what a proxy says that it was called by', () => {
    const headers = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'ci.example' };
    expect(new Lab().post(trigger, {}, headers).headers.Location).toBe('https://ci.example/queue/item/1/');
  });

  test('encodes each level of a name, also one that is encoded itself', () => {
    const lab = new Lab({ jobs: [{ ...deploy, name: 'mb/feature%2Fx y' }] });
    const path = '/job/mb/job/feature%252Fx%20y';
    expect(lab.json(path)).toMatchObject({ fullName: 'mb/feature%2Fx y', url: `http://jenkins.lab${path}/` });
  });
});
