import { Bench, ours, request, ScriptedJenkins, token, user } from './scripted';

let server: ScriptedJenkins;
beforeEach(async () => {
  server = await new ScriptedJenkins().start();
});
afterEach(async () => {
  await server.stop();
});

describe('a request, from its first call to its end', () => {
  test('is posted once, followed through the queue and the build, and reported finished', async () => {
    const bench = new Bench(server);

    expect(await bench.advance()).toEqual({
      state: 'queued',
      why: 'Finished waiting',
      stuck: false,
      url: `${server.base}/queue/item/41/`,
    });

    const startedAt = bench.clock.ms + 1_000;
    const build = server.startBuild('41', 7, { timestamp: startedAt, estimatedDuration: 60_000 });
    const url = `${server.base}/job/platform/job/deploy/7/`;
    const running = { state: 'running', number: 7, url, elapsedMs: 4_000, estimatedMs: 60_000 };
    expect(await bench.later(5)).toEqual(running);

    build.fields = { building: false, result: 'SUCCESS', duration: 41_000 };
    expect(await bench.later(5)).toEqual({ state: 'finished', number: 7, url, result: 'SUCCESS', durationMs: 41_000 });
    expect(server.posts).toHaveLength(1);
    expect(server.count(/progressiveText/)).toBe(0);
  });

  test('posts the parameters and the correlation value in the body, at once and with an API token', async () => {
    await new Bench(server).advance();

    const [post] = server.posts;
    expect(post?.path).toBe('/job/platform/job/deploy/buildWithParameters');
    expect([...post!.query]).toEqual([['delay', '0sec']]);
    expect(Object.fromEntries(post!.form)).toEqual(ours);
    expect(post?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(post?.headers.authorization).toBe(`Basic ${Buffer.from(`${user}:${token}`).toString('base64')}`);
  });

  test('passes values unchanged, with all kinds of characters', async () => {
    const value = 'a b+c&d=e%2F é\n"';
    await new Bench(server).advance({ ...request, parameters: { HOST: value } });
    expect(server.posts[0]?.form.get('HOST')).toBe(value);
  });

  test('stores each phase before it continues', async () => {
    const bench = new Bench(server);
    server.on('POST', /./, () => {
      expect(bench.trace?.phase).toBe('posting');
      return undefined;
    });
    await bench.advance();
    const build = server.startBuild('41', 9);
    await bench.later(5);
    build.fields = { building: false, result: 'SUCCESS' };
    await bench.later(5);

    const at = '2026-03-01T12:00:00.000Z';
    const posting = { phase: 'posting', requestedAt: at, postedAt: at, firstPossibleNumber: 7 };
    expect(bench.saved).toEqual([
      posting,
      { ...posting, phase: 'queued', queueId: '41' },
      { ...posting, phase: 'running', queueId: '41', number: 9 },
      { ...posting, phase: 'finished', queueId: '41', number: 9 },
    ]);
  });

  test('says the same again when it is asked again after the end', async () => {
    const bench = new Bench(server);
    await bench.advance();
    server.startBuild('41', 7, { building: false, result: 'UNSTABLE', duration: 5 });
    const first = await bench.later(5);
    expect(first).toMatchObject({ state: 'finished', result: 'UNSTABLE', logTail: 'line one\nline two' });
    expect(await bench.later(500)).toEqual(first);
    expect(server.posts).toHaveLength(1);
  });

  test('posts nothing when the trace cannot be stored, and passes that error on unchanged', async () => {
    const full = new Error('table is full');
    const bench = new Bench(server);
    await expect(bench.jenkins.advance(request, undefined, () => Promise.reject(full))).rejects.toBe(full);
    expect(server.posts).toHaveLength(0);
  });

  test('looks the request up when the trace could not be stored after the POST', async () => {
    const bench = new Bench(server);
    let saves = 0;
    const save = async (trace: Parameters<typeof bench.save>[0]): Promise<void> => {
      saves += 1;
      if (saves === 2) throw new Error('throttled');
      await bench.save(trace);
    };
    await expect(bench.jenkins.advance(request, undefined, save)).rejects.toThrow('throttled');
    expect(bench.trace?.phase).toBe('posting');
    expect(await bench.later(1)).toMatchObject({ state: 'queued' });
    expect(server.posts).toHaveLength(1);
  });

  test('is not posted by a run that was held up for so long that others may have taken it for lost', async () => {
    const bench = new Bench(server);
    const heldUp = async (trace: Parameters<typeof bench.save>[0]): Promise<void> => {
      await bench.save(trace);
      if (trace.phase === 'posting') bench.clock.ms += 5_000;
    };
    expect(await bench.jenkins.advance(request, undefined, heldUp)).toMatchObject({ state: 'unconfirmed' });
    expect(server.posts).toHaveLength(0);

    expect(await bench.later(5)).toMatchObject({ state: 'unconfirmed' });
    expect(await bench.later(10)).toMatchObject({ state: 'queued' });
    expect(server.posts).toHaveLength(1);
  });

  test('does not post what Jenkins has already, even without a trace', async () => {
    const bench = new Bench(server);
    await bench.advance();
    bench.trace = undefined;
    expect(await bench.later(1)).toMatchObject({ state: 'queued' });
    server.startBuild('41', 7);
    bench.trace = undefined;
    expect(await bench.later(1)).toMatchObject({ state: 'running', number: 7 });
    expect(bench.trace).toMatchObject({ phase: 'running', number: 7, queueId: '41' });
    expect(server.posts).toHaveLength(1);
  });

  test('never waits for Jenkins inside a call', async () => {
    const bench = new Bench(server);
    await bench.advance();
    const before = server.hits.length;
    await bench.later(5);
    expect(server.hits.length - before).toBe(1);
  });
});
