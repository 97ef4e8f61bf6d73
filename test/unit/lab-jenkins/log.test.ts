import type { BuildBehaviour } from '../../../infra/lab/jenkins';
import { deploy, Lab } from './lab';

const path = '/job/web/job/deploy/1';
const behaviour: BuildBehaviour = {
  durationMs: 9000,
  result: 'FAILURE',
  log: () => ['copying', { atMs: 6000, text: 'installing größer' }],
  ending: (_, result) => [`exit code 1 means ${result}`],
};

async function started(change: BuildBehaviour = {}): Promise<Lab> {
  const lab = new Lab({ jobs: [{ ...deploy, behaviour: { ...behaviour, ...change } }] });
  lab.trigger();
  await lab.clock.advance(5200);
  return lab;
}

describe('the log of a build', () => {
  test('grows with the clock', async () => {
    const lab = await started();
    const text = (): string => lab.get(`${path}/consoleText`).body;
    expect(text()).toBe('Started by user anonymous\n');
    await lab.clock.advance(3000);
    expect(text()).toBe('Started by user anonymous\ncopying\n');
    await lab.clock.advance(6000);
    expect(text()).toBe(
      'Started by user anonymous\ncopying\ninstalling größer\nexit code 1 means FAILURE\nFinished: FAILURE\n',
    );
  });

  test('can be read in pieces, each from where the last one says', async () => {
    const lab = await started();
    let [start, whole] = ['0', ''];
    for (let piece = 0; piece < 12; piece += 1) {
      const { headers, body } = lab.get(`${path}/logText/progressiveText?start=${start}`);
      whole += body;
      start = headers['X-Text-Size'] ?? '';
      expect(headers['X-More-Data']).toBe(piece < 9 ? 'true' : undefined);
      await lab.clock.advance(1000);
    }
    expect(whole.replaceAll('\r\n', '\n')).toBe(lab.get(`${path}/consoleText`).body);
  });

  test('has a size that is not the length of what was sent', async () => {
    const { headers, body } = (await started()).get(`${path}/logText/progressiveText`);
    expect(body).toBe('Started by user anonymous\r\n');
    expect(Number(headers['X-Text-Size'])).toBeGreaterThan(body.length);
  });

  test('comes whole for a start beyond its end, and empty for a start at its end', async () => {
    const lab = await started();
    const size = Number(lab.get(`${path}/logText/progressiveText`).headers['X-Text-Size']);
    const body = (start: number): string => lab.get(`${path}/logText/progressiveText?start=${start}`).body;
    expect(body(size)).toBe('');
    expect(body(size + 1)).toContain('Started by');
  });

  test('tells its size to HEAD without its text', async () => {
    const lab = await started();
    const head = lab.request({ method: 'HEAD', path: `${path}/logText/progressiveText` });
    const get = lab.get(`${path}/logText/progressiveText`);
    expect(head).toMatchObject({ status: 200, body: '', headers: { 'X-Text-Size': get.headers['X-Text-Size'] } });
  });

  test('comes in pieces of ten thousand lines', async () => {
    const lines = Array.from({ length: 10_001 }, (_, index) => ({ atMs: 0, text: `line ${index}` }));
    const lab = await started({ durationMs: 0, log: () => lines });
    const { headers, body } = lab.get(`${path}/logText/progressiveText`);
    expect([body.split('\r\n').length - 1, headers['X-More-Data']]).toEqual([10_000, 'true']);
  });

  test('ends where the build was stopped', async () => {
    const lab = await started({ onStop: { afterMs: 5000 } });
    await lab.clock.advance(4000);
    lab.post(`${path}/stop`);
    await lab.clock.advance(60_000);
    expect(lab.get(`${path}/consoleText`).body).toBe(
      'Started by user anonymous\ncopying\nAborted by anonymous\nFinished: ABORTED\n',
    );
  });
});
