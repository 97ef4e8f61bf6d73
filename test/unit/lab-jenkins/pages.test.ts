import { deploy, Lab, takenOffMs } from './lab';

describe('the page of a build', () => {
  test('tells a person what they need', async () => {
    const lab = new Lab({ jobs: [{ ...deploy, behaviour: { durationMs: 10_000, log: () => ['copying'] } }] });
    lab.trigger('i-0abc');
    await lab.clock.advance(takenOffMs + 10_000);
    const { status, headers, body } = lab.get('/job/web/job/deploy/1/');
    expect([status, headers['Content-Type']]).toEqual([200, 'text/html;charset=utf-8']);
    for (const text of ['web/deploy #1', 'SUCCESS', 'i-0abc', 'copying']) expect(body).toContain(text);
  });

  test('shows how far a running build is, if that can be known', async () => {
    const lab = new Lab({ jobs: [{ ...deploy, estimatedMs: 10_000 }] });
    lab.trigger();
    await lab.clock.advance(5200 + 4000);
    expect(lab.get('/job/web/job/deploy/1/').body).toContain('running, 40 %');
  });

  test('takes nothing that comes from outside for markup, and shows no secrets', async () => {
    const parameters = [{ name: 'ID' }, { name: 'SECRET', type: 'password' as const }];
    const lab = new Lab({ jobs: [{ ...deploy, parameters, behaviour: { log: () => ['<script>x</script>'] } }] });
    lab.trigger('"><img src=x>', { SECRET: 'hush' });
    await lab.clock.advance(60_000);
    const { body } = lab.get('/job/web/job/deploy/1/');
    expect(body).not.toMatch(/<script>|<img|hush/);
    expect(body).toContain('&#60;script&#62;');
  });
});

describe('the pages on the way there', () => {
  test('lead from the root over folder and job to the build', async () => {
    const lab = new Lab();
    lab.trigger();
    await lab.clock.advance(takenOffMs);
    for (const page of ['/', '/job/web/'])
      expect(lab.get(page).body).toContain('http://jenkins.lab/job/web/job/deploy/');
    expect(lab.get('/job/web/job/deploy/').body).toContain('http://jenkins.lab/job/web/job/deploy/1/');
    expect(lab.get('/job/nothing/').status).toBe(404);
  });
});
