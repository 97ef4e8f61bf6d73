import type { BuildBehaviour, Build } from '../../../infra/lab/jenkins';
import { deploy, Lab, takenOffMs } from './lab';

const pipeline = { ...deploy, pipeline: true };

async function started(options: ConstructorParameters<typeof Lab>[0] = {}): Promise<Lab> {
  const lab = new Lab(options);
  lab.trigger();
  await lab.clock.advance(takenOffMs);
  return lab;
}

describe('a build', () => {
  test('shows what a client follows it by', async () => {
    const lab = await started();
    expect(lab.build()).toMatchObject({
      _class: 'hudson.model.FreeStyleBuild',
      number: 1,
      queueId: 1,
      url: 'http://jenkins.lab/job/web/job/deploy/1/',
      building: true,
      inProgress: true,
      result: null,
      duration: 0,
      estimatedDuration: -1,
      timestamp: lab.clock.millis() - 200,
    });
    await lab.clock.advance(10_000);
    expect(lab.build()).toMatchObject({ building: false, inProgress: false, result: 'SUCCESS', duration: 10_000 });
  });

  test('has no parameters at its very beginning', async () => {
    const lab = new Lab();
    lab.trigger('mine');
    await lab.clock.advance(5250);
    const parameters = (): string => JSON.stringify(lab.build().actions);
    expect(lab.build().queueId).toBe(1);
    expect(parameters()).not.toContain('mine');
    await lab.clock.advance(100);
    expect(parameters()).toContain('mine');
  });

  test('has actions that say nothing, between those that do', async () => {
    expect((await started()).build().actions).toEqual(expect.arrayContaining([{}, null]));
  });

  test('has its result a while before it ends, as a pipeline', async () => {
    const lab = await started({ jobs: [pipeline] });
    await lab.clock.advance(9000);
    expect(lab.build()).toMatchObject({ building: true, inProgress: true, result: 'SUCCESS', duration: 0 });
    await lab.clock.advance(1000);
    expect(lab.build()).toMatchObject({ building: false, inProgress: false, result: 'SUCCESS', duration: 10_000 });
  });

  test('is not building but in progress in the post-production of a freestyle job', async () => {
    const lab = await started({ jobs: [{ ...deploy, behaviour: { durationMs: 10_000, resultBeforeEndMs: 2000 } }] });
    await lab.clock.advance(8000);
    expect(lab.build()).toMatchObject({ building: false, inProgress: true, result: 'SUCCESS' });
  });

  test('is estimated by the last successes, or by what the scenario says, or not at all', async () => {
    const durations = [6000, 10_000, 1000, 20_000, 0];
    const behaviour = ({ number }: Build): BuildBehaviour => ({
      durationMs: durations[number - 1] ?? 0,
      result: number === 3 ? 'FAILURE' : 'SUCCESS',
    });
    const lab = new Lab({ jobs: [{ ...deploy, behaviour, estimatedMs: 7000 }] });
    for (let number = 1; number <= 5; number += 1) {
      lab.trigger(String(number));
      await lab.clock.advance(60_000);
    }
    const estimates = lab.jenkins.builds('web/deploy').map((build) => build.estimatedMs);
    expect(estimates).toEqual([12_000, 8000, 8000, 6000, 7000]);
  });

  test('asks for its result when it is due, not when it starts', async () => {
    let broken = false;
    const lab = await started({
      jobs: [{ ...deploy, behaviour: { durationMs: 10_000, result: () => (broken ? 'FAILURE' : 'SUCCESS') } }],
    });
    broken = true;
    await lab.clock.advance(10_000);
    expect(lab.build().result).toBe('FAILURE');
  });

  test('takes as long as chance wants, when the scenario leaves it to chance', async () => {
    const behaviour: BuildBehaviour = { durationMs: (random) => 1000 + Math.floor(random.next() * 1000) };
    const run = async (): Promise<number> => {
      const lab = await started({ jobs: [{ ...deploy, behaviour }] });
      await lab.clock.advance(3000);
      return lab.build().duration;
    };
    const duration = await run();
    expect(duration).toBeGreaterThanOrEqual(1000);
    expect(await run()).toBe(duration);
  });

  test('reaches all listeners, until they stop', async () => {
    const lab = new Lab();
    const heard: string[] = [];
    lab.jenkins.on('queued', ({ id, job }) => heard.push(`queued ${job} ${id}`));
    const stopListening = lab.jenkins.on('build-started', ({ number }) => heard.push(`started ${number}`));
    lab.jenkins.on('build-finished', ({ number, result }) => heard.push(`finished ${number} ${result ?? ''}`));
    lab.trigger('a');
    lab.trigger('a');
    await lab.clock.advance(20_000);
    stopListening();
    lab.trigger('b');
    await lab.clock.advance(20_000);
    expect(heard).toEqual([
      'queued web/deploy 1',
      'started 1',
      'finished 1 SUCCESS',
      'queued web/deploy 2',
      'finished 2 SUCCESS',
    ]);
  });

  test('is found by where it stands, as well as by number', async () => {
    const lab = await started();
    expect(lab.json('/job/web/job/deploy/lastBuild').number).toBe(1);
    expect(lab.get('/job/web/job/deploy/lastSuccessfulBuild/api/json').status).toBe(404);
    await lab.clock.advance(10_000);
    expect(lab.json('/job/web/job/deploy/lastSuccessfulBuild').number).toBe(1);
  });

  test('is discarded when newer ones fill what is kept, but the last success stays', async () => {
    const result = ({ number }: Build): 'SUCCESS' | 'FAILURE' => (number === 2 ? 'SUCCESS' : 'FAILURE');
    const lab = new Lab({ jobs: [{ ...deploy, numToKeep: 1, behaviour: { durationMs: 1000, result } }] });
    for (const id of ['a', 'b', 'c', 'd']) {
      lab.trigger(id);
      await lab.clock.advance(10_000);
    }
    expect(lab.jenkins.builds('web/deploy').map((build) => build.number)).toEqual([4, 2]);
    expect(lab.get('/job/web/job/deploy/3/api/json').status).toBe(404);
  });

  test('can be discarded at the moment it ends, when others have overtaken it', async () => {
    const behaviour = ({ number }: Build): BuildBehaviour => ({ durationMs: number === 1 ? 60_000 : 1000 });
    const lab = await started({ jobs: [{ ...deploy, numToKeep: 1, behaviour }] });
    lab.trigger('b');
    await lab.clock.advance(20_000);
    expect(lab.build(1).building).toBe(true);
    await lab.clock.advance(60_000);
    expect(lab.get('/job/web/job/deploy/1/api/json').status).toBe(404);
  });
});

describe('stopping a build', () => {
  const stop = '/job/web/job/deploy/1/stop';

  test('answers 302 to the build, which ends ABORTED a moment later', async () => {
    const lab = await started();
    expect(lab.post(stop)).toMatchObject({
      status: 302,
      headers: { Location: 'http://jenkins.lab/job/web/job/deploy/1/' },
    });
    expect(lab.build().building).toBe(true);
    await lab.clock.advance(1000);
    expect(lab.build()).toMatchObject({ building: false, result: 'ABORTED' });
    expect(JSON.stringify(lab.build().actions)).toContain('InterruptedBuildAction');
  });

  test('leads back to where the request came from', async () => {
    const lab = await started();
    expect(lab.post(stop, {}, { Referer: 'http://elsewhere/' }).headers.Location).toBe('http://elsewhere/');
  });

  test('answers the same when the build has ended, and changes nothing', async () => {
    const lab = await started();
    await lab.clock.advance(10_000);
    expect(lab.post(stop).status).toBe(302);
    await lab.clock.advance(10_000);
    expect(lab.build().result).toBe('SUCCESS');
  });

  test('is not put off by a second request', async () => {
    const lab = await started();
    lab.post(stop);
    await lab.clock.advance(600);
    lab.post(stop);
    await lab.clock.advance(400);
    expect(lab.build()).toMatchObject({ building: false, result: 'ABORTED' });
  });

  test('comes too late for a pipeline that has its result', async () => {
    const lab = await started({ jobs: [pipeline] });
    await lab.clock.advance(9000);
    lab.post(stop);
    await lab.clock.advance(1000);
    expect(lab.build()).toMatchObject({ building: false, result: 'SUCCESS', duration: 10_000 });
    expect(JSON.stringify(lab.build().actions)).not.toContain('Interrupted');
  });

  test('lets a pipeline clean up for as long as it likes, and succeed after all', async () => {
    const onStop = { afterMs: 120_000, result: 'SUCCESS' } as const;
    const lab = await started({ jobs: [{ ...pipeline, behaviour: { durationMs: Infinity, onStop } }] });
    await lab.clock.advance(3_600_000);
    expect(lab.build().building).toBe(true);
    lab.post(stop);
    await lab.clock.advance(119_000);
    expect(lab.build().building).toBe(true);
    await lab.clock.advance(1000);
    expect(lab.build()).toMatchObject({ building: false, result: 'SUCCESS' });
  });

  test('can be enforced on a pipeline, not on a freestyle build', async () => {
    const [pipe, free] = [await started({ jobs: [pipeline] }), await started()];
    expect(pipe.post('/job/web/job/deploy/1/kill').status).toBe(302);
    expect(pipe.build()).toMatchObject({ building: false, result: 'ABORTED' });
    expect(free.post('/job/web/job/deploy/1/kill').status).toBe(404);
    expect(free.build().building).toBe(true);
  });

  test('takes a POST and the permission', async () => {
    const lab = await started();
    expect(lab.get(stop).status).toBe(405);
    lab.jenkins.access.deny('hudson.model.Item.Cancel');
    expect(lab.post(stop)).toMatchObject({
      status: 403,
      headers: { 'X-Required-Permission': 'hudson.model.Item.Cancel' },
    });
    await lab.clock.advance(2000);
    expect(lab.build().building).toBe(true);
  });
});

test('what is kept of a build between two looks is what it shows', async () => {
  const lab = new Lab({ jobs: [{ ...deploy, pipeline: true }] });
  lab.trigger('a');
  const tree = 'number,building,result,duration,actions[parameters[name,value],causes[shortDescription]]';
  let unheardOf = 0;
  const looks = new Set<string>();
  for (let at = 0; at < 200; at += 1) {
    await lab.clock.advance(100);
    const path = '/job/web/job/deploy/1/api/json';
    const { body } = lab.request({ method: 'GET', path, query: `tree=${encodeURIComponent(tree)}` });
    // A tree that was never asked for before: nothing is kept for it.
    const fresh = encodeURIComponent(`${tree},unheardOf${(unheardOf += 1)}`);
    expect(body).toBe(lab.request({ method: 'GET', path, query: `tree=${fresh}` }).body);
    looks.add(body);
  }
  // None yet; without parameters; with them; with a result; at its end.
  expect(looks.size).toBeGreaterThanOrEqual(5);
});
