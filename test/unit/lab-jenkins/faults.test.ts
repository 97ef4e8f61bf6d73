import { Lab } from './lab';

const trigger = { method: 'POST', path: '/job/web/job/deploy/buildWithParameters' };

describe('a fault', () => {
  test('loses a response after Jenkins has acted, once', () => {
    const lab = new Lab();
    lab.jenkins.faults.loseNextResponse({ path: 'buildWithParameters' });
    expect(lab.get('/queue/api/json').status).toBe(200);
    expect(lab.jenkins.handle(trigger)).toBe('reset');
    expect(lab.json('/queue').items).toHaveLength(1);
    expect(lab.trigger('b').status).toBe(201);
  });

  test('loses a request before Jenkins has acted', () => {
    const lab = new Lab();
    lab.jenkins.faults.loseNextRequest({ method: 'POST' });
    expect(lab.jenkins.handle(trigger)).toBe('reset');
    expect(lab.json('/queue').items).toEqual([]);
    expect(lab.jenkins.posts('web/deploy').received).toBe(0);
  });

  test('times out at a proxy, having been processed or not', () => {
    const lab = new Lab();
    lab.jenkins.faults.add({ method: 'POST', answer: 504, processed: true });
    expect(lab.trigger()).toMatchObject({ status: 504, headers: { Server: 'nginx' } });
    expect(lab.json('/queue').items).toHaveLength(1);
    lab.jenkins.faults.add({ method: 'POST', answer: 504 });
    lab.trigger('b');
    expect(lab.json('/queue').items).toHaveLength(1);
  });

  test('cuts JSON in half, under status 200', () => {
    const lab = new Lab();
    lab.jenkins.faults.truncateNextResponse({ path: /^\/queue/ });
    const response = lab.get('/queue/api/json');
    expect(response.status).toBe(200);
    expect(() => JSON.parse(response.body) as unknown).toThrow(SyntaxError);
    expect(lab.json('/queue').items).toEqual([]);
  });

  test.each([401, 403, 404, 500] as const)('is a realm that is away for a while: %d', async (status) => {
    const lab = new Lab();
    lab.jenkins.faults.realmOutage({ forMs: 30_000, status });
    expect(lab.get('/api/json').status).toBe(status);
    await lab.clock.advance(29_999);
    expect(lab.get('/api/json').status).toBe(status);
    await lab.clock.advance(1);
    expect(lab.get('/api/json').status).toBe(200);
  });

  test('strikes by chance, the same way for the same seed', () => {
    const strikes = (): boolean[] => {
      const lab = new Lab();
      lab.jenkins.faults.add({ answer: 'reset', chance: 0.3, times: Infinity });
      return Array.from({ length: 40 }, () => lab.jenkins.handle({ method: 'GET', path: '/api/json' }) === 'reset');
    };
    const hits = strikes().filter(Boolean).length;
    expect([hits > 4, hits < 24]).toEqual([true, true]);
    expect(strikes()).toEqual(strikes());
  });

  test('can be taken back, one or all', () => {
    const lab = new Lab();
    const takeBack = lab.jenkins.faults.add({ answer: 'reset', times: 5 });
    takeBack();
    lab.jenkins.faults.add({ answer: 500, times: 5 });
    lab.jenkins.faults.clear();
    expect(lab.get('/api/json').status).toBe(200);
    expect(lab.jenkins.faults.hits).toBe(0);
  });
});
