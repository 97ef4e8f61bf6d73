import { deploy, Lab, takenOffMs } from './lab';

const pipeline = { ...deploy, pipeline: true, behaviour: { durationMs: 60_000 } };

async function running(job = deploy): Promise<Lab> {
  const lab = new Lab({ jobs: [{ ...job, behaviour: { durationMs: 60_000 } }] });
  lab.trigger();
  await lab.clock.advance(takenOffMs);
  return lab;
}

describe('a restart', () => {
  test('shows the start page for as long as it takes, which is no sign of Jenkins', async () => {
    const lab = new Lab();
    lab.jenkins.restart({ downForMs: 90_000 });
    const response = lab.get('/api/json');
    expect(response).toMatchObject({ status: 503 });
    expect(response.body).toContain('Jenkins is getting ready to work');
    expect(Object.keys(response.headers)).toEqual(['Content-Type']);
    expect(lab.trigger().status).toBe(503);
    await lab.clock.advance(90_000);
    expect(lab.json('/queue').items).toEqual([]);
  });

  test('may refuse connections first', async () => {
    const lab = new Lab();
    lab.jenkins.restart({ downForMs: 90_000, refusedForMs: 30_000 });
    expect(lab.jenkins.handle({ method: 'GET', path: '/api/json' })).toBe('refused');
    await lab.clock.advance(30_000);
    expect(lab.get('/api/json').status).toBe(503);
    await lab.clock.advance(60_000);
    expect(lab.get('/api/json').status).toBe(200);
  });

  test('ends the quieting down that came before it', async () => {
    const lab = new Lab();
    lab.jenkins.quietDown();
    lab.trigger();
    lab.jenkins.restart({ downForMs: 60_000 });
    await lab.clock.advance(61_000);
    expect(lab.build().building).toBe(true);
  });

  test('keeps the queue and its ids, and does not dispatch meanwhile', async () => {
    const lab = new Lab();
    lab.trigger();
    lab.jenkins.restart({ downForMs: 60_000 });
    await lab.clock.advance(59_000);
    expect(lab.jenkins.builds('web/deploy')).toEqual([]);
    await lab.clock.advance(2000);
    expect(lab.build().queueId).toBe(1);
  });

  test('forgets items that have left', async () => {
    const lab = await running(pipeline);
    lab.jenkins.restart({ downForMs: 1000 });
    await lab.clock.advance(1000);
    expect(lab.get('/queue/item/1/api/json').status).toBe(404);
    expect(lab.build().queueId).toBe(1);
  });

  test('lets a pipeline continue under its number, and end when it would have', async () => {
    const lab = await running(pipeline);
    lab.jenkins.restart({ downForMs: 30_000 });
    await lab.clock.advance(30_000);
    expect(lab.build()).toMatchObject({ building: true, result: null });
    await lab.clock.advance(30_000);
    expect(lab.build()).toMatchObject({ building: false, result: 'SUCCESS', duration: 60_000 });
  });

  test('ends a pipeline when it is back, if that would have ended meanwhile', async () => {
    const lab = await running(pipeline);
    lab.jenkins.restart({ downForMs: 90_000 });
    await lab.clock.advance(89_000);
    expect(lab.jenkins.builds('web/deploy')[0]?.building).toBe(true);
    await lab.clock.advance(1001);
    expect(lab.build()).toMatchObject({ building: false, result: 'SUCCESS' });
  });

  test('aborts a freestyle build', async () => {
    const lab = await running();
    lab.jenkins.restart({ downForMs: 1000 });
    await lab.clock.advance(1000);
    expect(lab.build()).toMatchObject({ building: false, result: 'ABORTED' });
  });

  test('loses nothing of what was about to start', async () => {
    const lab = new Lab({ jobs: [pipeline] });
    lab.trigger('a');
    await lab.clock.advance(5150);
    lab.jenkins.restart({ downForMs: 1000 });
    await lab.clock.advance(1001);
    expect(lab.build().building).toBe(true);
  });

  test('gives its executors back, even if they were busy', async () => {
    const lab = new Lab({ executors: 1 });
    for (const wait of [5050, 5150, 5250]) {
      lab.trigger(String(wait));
      await lab.clock.advance(wait);
      lab.jenkins.restart({ downForMs: 1000 });
      await lab.clock.advance(30_000);
    }
    expect(lab.jenkins.builds('web/deploy')).toHaveLength(3);
    expect(lab.jenkins.builds('web/deploy').every((build) => !build.building)).toBe(true);
  });
});

describe('a crash', () => {
  test('loses requests of the last minute, and gives their ids out again', async () => {
    const lab = new Lab({ executors: 0 });
    lab.trigger('old');
    await lab.clock.advance(61_000);
    lab.trigger('new');
    lab.jenkins.crash({ downForMs: 1000 });
    await lab.clock.advance(1000);
    expect(lab.json('/queue').items).toMatchObject([{ id: 1, params: '\nID=old\nCOLOR=green' }]);
    expect(lab.trigger('other').headers.Location).toContain('/queue/item/2/');
  });

  test('does not lose what was saved by then', async () => {
    const lab = new Lab({ executors: 0 });
    lab.trigger('old');
    await lab.clock.advance(30_000);
    lab.trigger('new');
    await lab.clock.advance(30_000);
    lab.jenkins.crash({ downForMs: 1000 });
    await lab.clock.advance(1000);
    expect(lab.json('/queue').items).toHaveLength(2);
  });

  test('turns a freestyle build into FAILURE, and lets a pipeline continue', async () => {
    const [free, pipe] = [await running(), await running(pipeline)];
    for (const lab of [free, pipe]) {
      lab.jenkins.crash({ downForMs: 10_000 });
      await lab.clock.advance(10_000);
    }
    expect(free.build()).toMatchObject({ building: false, result: 'FAILURE' });
    expect(pipe.build()).toMatchObject({ building: true, result: null });
  });

  test('loses for good what had left the queue and was not a build yet', async () => {
    const lab = new Lab({ executors: 1 });
    lab.trigger('a');
    await lab.clock.advance(5150);
    lab.jenkins.crash({ downForMs: 1000 });
    await lab.clock.advance(120_000);
    expect(lab.jenkins.builds('web/deploy')).toEqual([]);
    lab.trigger('b');
    await lab.clock.advance(takenOffMs);
    expect(lab.jenkins.builds('web/deploy')).toHaveLength(1);
  });
});

describe('an outage', () => {
  test.each([502, 503, 504] as const)('shows %d as a proxy says it, while Jenkins continues', async (kind) => {
    const lab = await running();
    lab.jenkins.outage({ kind, forMs: 60_000 });
    const response = lab.get('/api/json');
    expect(response).toMatchObject({ status: kind, headers: { Server: 'nginx' } });
    await lab.clock.advance(60_000);
    expect(lab.build().result).toBe('SUCCESS');
  });

  test('may refuse connections, until it is ended', async () => {
    const lab = new Lab();
    lab.jenkins.outage({ kind: 'refused' });
    await lab.clock.advance(3_600_000);
    expect(lab.jenkins.handle({ method: 'GET', path: '/' })).toBe('refused');
    lab.jenkins.endOutage();
    expect(lab.get('/').status).toBe(200);
  });
});
