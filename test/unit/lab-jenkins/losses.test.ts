import { deploy, Lab, takenOffMs } from './lab';

async function running(pipeline = false): Promise<Lab> {
  const lab = new Lab({ jobs: [{ ...deploy, pipeline, behaviour: { durationMs: 60_000 } }] });
  lab.trigger();
  await lab.clock.advance(takenOffMs);
  return lab;
}

describe('what is gone for good', () => {
  test.each(['restart', 'crash'] as const)('a freestyle build that a %s met, if told so', async (how) => {
    const lab = await running();
    lab.jenkins[how]({ downForMs: 1000, losesBuilds: 'freestyle' });
    await lab.clock.advance(2000);
    expect(lab.get('/job/web/job/deploy/1/api/json').status).toBe(404);
    lab.trigger();
    await lab.clock.advance(takenOffMs);
    expect(lab.build(2).number).toBe(2);
  });

  test('not a pipeline then, unless all go', async () => {
    const lab = await running(true);
    lab.jenkins.crash({ downForMs: 1000, losesBuilds: 'freestyle' });
    await lab.clock.advance(2000);
    expect(lab.build().number).toBe(1);
    lab.jenkins.crash({ downForMs: 1000, losesBuilds: 'all' });
    await lab.clock.advance(100_000);
    expect(lab.jenkins.builds('web/deploy')).toEqual([]);
  });

  test('the queue, whose ids then start again at 1', async () => {
    const lab = await running();
    lab.trigger();
    lab.jenkins.restart({ downForMs: 1000, losesQueue: true });
    await lab.clock.advance(2000);
    expect(lab.json('/queue').items).toEqual([]);
    expect(lab.trigger().headers.Location).toMatch(/\/queue\/item\/1\/$/);
  });

  test('everything that came after a backup that is restored', async () => {
    const lab = await running();
    await lab.clock.advance(60_000);
    const backup = lab.jenkins.backup();
    lab.trigger();
    await lab.clock.advance(takenOffMs);
    expect(lab.jenkins.builds('web/deploy')).toHaveLength(2);
    lab.jenkins.restore(backup, { downForMs: 1000 });
    await lab.clock.advance(2000);
    expect(lab.jenkins.builds('web/deploy').map(({ number }) => number)).toEqual([1]);
    lab.trigger();
    await lab.clock.advance(takenOffMs);
    expect(lab.build(2)).toMatchObject({ number: 2, queueId: 1 });
  });
});

describe('what a job keeps', () => {
  test('is in its config.xml, for those with Job/ExtendedRead, and not in its JSON', () => {
    const lab = new Lab({ jobs: [{ ...deploy, numToKeep: 10, artifactNumToKeep: 2 }] });
    expect(lab.get('/job/web/job/deploy/config.xml').body).toContain('<numToKeep>10</numToKeep>');
    const { body } = lab.get('/job/web/job/deploy/api/json?tree=property[*,strategy[numToKeep]]');
    expect(body).toContain('jenkins.model.BuildDiscarderProperty');
    expect(body).not.toContain('10');
    lab.jenkins.access.deny('hudson.model.Item.ExtendedRead');
    expect(lab.get('/job/web/job/deploy/config.xml').status).toBe(403);
  });

  test('may be limited in days', async () => {
    const lab = new Lab({ jobs: [{ ...deploy, daysToKeep: 1 }] });
    for (let day = 0; day < 3; day += 1) {
      lab.trigger();
      await lab.clock.advance(43_300_000);
    }
    expect(lab.jenkins.builds('web/deploy').map(({ number }) => number)).toEqual([3, 2]);
  });
});

describe('an error page', () => {
  test('has what stands on every page around what it says', () => {
    const lab = new Lab({ coreVersion: '2.289' });
    lab.jenkins.access.deny('hudson.model.Item.Build');
    const { body } = lab.trigger();
    for (const text of ['Skip to content', 'log out', 'Dashboard', 'REST API', 'Jenkins 2.289']) {
      expect(body).toContain(text);
    }
    expect(body).toContain('is missing the Job/Build permission');
  });

  test.each([
    ['2.420', undefined],
    ['2.421', '2.421'],
  ])('of %s for what is not there has X-Jenkins %s', (coreVersion, header) => {
    const response = new Lab({ coreVersion }).get('/job/none/api/json');
    expect(response.status).toBe(404);
    expect(response.headers['X-Jenkins']).toBe(header);
  });
});
