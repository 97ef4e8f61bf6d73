import { readAnswer } from '../../../../functions/fleet/adapters/jenkins/transport/read-answer';
import { describeAnswer as tell } from '../../../../functions/fleet/adapters/jenkins/transport/http-status';
import { sentencesOf } from '../../../../functions/fleet/adapters/jenkins/transport/error-page';
import { Lab } from '../../lab-jenkins/lab';

const furniture = /skip to content|log out|dashboard|rest api|jenkins \d|oops|powered by|search|nginx/i;

function told(status: number, body: string, headers: Record<string, string> = {}): string {
  const all = { 'content-type': 'text/html', ...headers };
  return tell({ kind: 'answer', url: 'http://ci/x', status, headers: all, body: Buffer.from(body), end: 'whole' });
}

/** As 2.289 writes its pages. */
const page = (
  main: string,
): string => `<!DOCTYPE html><html><head><title>Jenkins [Jenkins]</title><style>a{}</style></head>
<body class="two-column jenkins-2.289"><a href="#skip2content" class="skiplink">Skip to content</a>
<div id="page-header"><div class="login"><a href="/user/svc"><b>svc</b></a> | <a href="/logout">log out</a></div></div>
<div id="breadcrumbBar"><ul><li><a href="/">Dashboard</a></li></ul></div>
<div id="main-panel">${main}</div><footer><a href="api/">REST API</a> <a href="https://jenkins.io">Jenkins 2.289</a></footer></body></html>`;

const jetty = (status: number, words: string, servlet = 'Stapler'): string =>
  `<html><head><title>Error ${status} ${words}</title></head><body><h2>HTTP ERROR ${status} ${words}</h2><table><tr><th>URI:</th><td>/x</td></tr><tr><th>SERVLET:</th><td>${servlet}</td></tr></table><hr><a href="https://eclipse.org/jetty">Powered by Jetty:// 9.4.39</a><hr/></body></html>`;

describe('what an error page says', () => {
  test.each([
    [
      500,
      page(
        '<h1><img src="/rage.svg"> <span>Oops!</span></h1><div id="error-description"><h2>A problem occurred while processing the request.</h2><p>Logging ID=5d3a-77</p></div>',
      ),
      "http://ci/x answered 500 'A problem occurred while processing the request.': look for Logging ID=5d3a-77 in the Jenkins log",
    ],
    [
      403,
      page('<h1>Access Denied</h1><p class="error">svc is missing the Job/Build permission</p>'),
      "http://ci/x answered 403 'svc is missing the Job/Build permission': user 'unknown' lacks the permission Job/Build",
    ],
    [
      409,
      page('<h1>Error</h1><p>deploy &lt;web&gt; is not buildable</p>'),
      "http://ci/x answered 409 'deploy <web> is not buildable': the job, or a folder above it, is disabled or not buildable",
    ],
    [
      409,
      jetty(409, 'deploy is not buildable'),
      "http://ci/x answered 409 'deploy is not buildable': the job, or a folder above it, is disabled or not buildable",
    ],
    [400, jetty(400, 'deploy is not parameterized'), "http://ci/x answered 400 'deploy is not parameterized'"],
    [
      404,
      jetty(404, 'Not Found'),
      "http://ci/x answered 404 'Not Found': not found or not visible to this user: check the full name of the job and its Job/Read permission",
    ],
  ])('of Jenkins, status %i', (status, body, message) => {
    expect(told(status, body)).toBe(message);
  });

  test.each([
    [
      'nginx',
      '<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx/1.18.0</center></body></html>',
      'Bad Gateway',
    ],
    [
      'an ALB',
      '<html>\r\n<head><title>504 Gateway Time-out</title></head>\r\n<body>\r\n<center><h1>504 Gateway Time-out</h1></center>\r\n</body>\r\n</html>',
      'Gateway Time-out',
    ],
    [
      'HAProxy',
      '<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>',
      'Service Unavailable No server is available to handle this request.',
    ],
    [
      'a sentence with a link in it',
      page('<p>Please <a href="/login">log in</a> to see this job</p>'),
      'Please log in to see this job',
    ],
    ['a stack trace', page('<h1>Oops!</h1><p>It broke</p><pre>java.lang.X at hudson.Y</pre>'), 'It broke'],
    ['nothing but a title', '<html><head><title>Not Found - Jenkins</title></head><body></body></html>', 'Not Found'],
    ['nothing at all', page(''), ''],
    [
      'characters by number and by name',
      page('<p>it&#x27;s &#039;a&#47;b&#039; &#x1F600; &LT;x&gt; &constructor; &unknown;</p>'),
      "it's 'a/b' 😀 &LT;x> &constructor; &unknown;",
    ],
    [
      'Tomcat',
      '<html><head><title>HTTP Status 404 – Not Found</title></head><body><h1>HTTP Status 404 – Not Found</h1><p><b>Type</b> Status Report</p><p><b>Message</b> The requested resource [&#47;x] is not available</p><h3>Apache Tomcat/9.0.85</h3></body></html>',
      'Not Found The requested resource [/x] is not available',
    ],
    [
      'Cloudflare, a whole page of advice',
      `<html><head><title>ci.example.com | 521: Web server is down</title></head><body><header><h1>Web server is down</h1></header>${[
        'You',
        'Browser',
        'Working',
        'Frankfurt',
        'Host',
        'What happened?',
        'The web server is not returning a connection.',
      ]
        .map((words) => `<p>${words}</p>`)
        .join('')}</body></html>`,
      'Web server is down',
    ],
    [
      'many sentences without a title',
      ['aa', 'bb', 'cc', 'dd', 'ee', 'ff'].map((it) => `<p>${it}</p>`).join(''),
      'aa bb cc dd ee ff',
    ],
    [
      'five sentences under a title',
      `<title>T</title>${['aa', 'bb', 'cc', 'dd', 'ee'].map((it) => `<p>${it}</p>`).join('')}`,
      'aa bb cc dd ee',
    ],
  ])('of %s', (_, html, said) => {
    expect(sentencesOf(html)).toBe(said);
  });

  test.each(['2.289', '2.579'])(
    'is reported without the furniture of the page, for each answer of the stand-in %s',
    (coreVersion) => {
      const lab = new Lab({ coreVersion });
      lab.jenkins.access.deny('hudson.model.Item.Build');
      const answers = [lab.trigger(), lab.get('/job/none/'), lab.get('/job/web/job/deploy/api/json?tree=a[')];
      expect(answers.map(({ status }) => status)).toEqual([403, 404, 500]);
      for (const { status, body, headers } of answers) {
        const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
        expect(told(status, body, lower)).not.toMatch(furniture);
        if (status === 404) expect(told(status, body, lower)).toContain('Job/Read');
      }
    },
  );

  test("names both causes when a 404 is Jetty's own, and the path alone when it is a proxy's", () => {
    expect(told(404, jetty(404, 'Not Found', '-'))).toMatch(/context path.*Job\/Read/);
    const tomcat = '<h1>HTTP Status 404 – Not Found</h1><p><b>Type</b> Status Report</p>';
    expect(told(404, `${tomcat}<h3>Apache Tomcat/9.0.65</h3>`)).toMatch(/context path.*Job\/Read/);
    expect(told(404, tomcat)).toMatch(/context path.*Job\/Read/);
    expect(told(404, '<h1>404 Not Found</h1><center>nginx</center>')).not.toContain('Job/Read');
  });

  test.each([
    [502, '<h1>502 Bad Gateway</h1><center>nginx/1.24.0 (Ubuntu)</center>', 'a proxy before it does not reach it'],
    [504, '<h1>504 Gateway Time-out</h1>', 'a proxy before it does not reach it'],
    [503, '<title>Starting Jenkins</title><h1>Please wait</h1>', 'it is starting or restarting'],
    [403, '<h1>403 Forbidden</h1><center>cloudflare</center>', 'or a proxy or a firewall before Jenkins refuses it'],
  ])('says of a %i of %s who may be behind it', (status, html, advice) => {
    expect(told(status, html)).toContain(advice);
  });

  test("does not suspect a proxy where Jenkins' own page refuses", () => {
    expect(told(403, page('<p>No</p>'))).not.toContain('proxy');
    expect(told(503, page('<p>No</p>'))).not.toContain('proxy');
  });

  test.each([
    [
      'a page after comments, said to be plain',
      '<!-- (c) -->\n<!-- x -->\n<!DOCTYPE html><title>Sign in</title>',
      'refused',
      "('Sign in')",
    ],
    ['a word', 'login', 'faulty', 'not the requested JSON'],
    ['JSON that is no object', '["login"]', 'faulty', 'not the requested JSON'],
    ['JSON that broke off', ' {"builds": [', 'unavailable', 'or incomplete'],
    ['nothing', '', 'unavailable', 'or incomplete'],
  ])('takes a 200 with %s for what it is', (_, text, kind, words) => {
    const body = Buffer.from(text);
    const answer = {
      kind: 'answer',
      url: 'http://ci/x',
      status: 200,
      headers: { 'content-type': 'text/plain' },
    } as const;
    expect(() => readAnswer({ ...answer, body, end: 'whole' })).toThrow(
      expect.objectContaining({ kind, message: expect.stringContaining(words) as string }) as Error,
    );
  });
});
