import { createJenkins } from '../../../functions/fleet/adapters/jenkins';
import type { BuildTrace } from '../../../functions/fleet/ports/jenkins';
import { VirtualClock } from '../../../infra/lab/kernel/clock';
import { request } from './scripted';

/** How a call fails each minute, while nothing but this error comes back. */
async function failures(code: string, minutes: number, trace?: BuildTrace): Promise<string[]> {
  const clock = new VirtualClock();
  const transport = () => Promise.reject(Object.assign(new Error(`connect ${code}`), { code }));
  const credentials = { user: 'svc', token: 'a-token-of-the-lab' };
  const jenkins = createJenkins({ url: 'http://ci.example.com', credentials, clock, transport });
  const said: string[] = [];
  let known = trace;
  for (let minute = 0; minute <= minutes; minute += 1) {
    const save = async (next: BuildTrace) => void (known = next);
    said.push(await jenkins.advance(request, known, save).then(String, String));
    await clock.advance(60_000);
  }
  return said;
}

const sent: BuildTrace = {
  phase: 'running',
  requestedAt: '2026-01-01T00:00:00.000Z',
  postedAt: '2026-01-01T00:00:00.000Z',
  firstPossibleNumber: 7,
  number: 7,
};

describe.each([
  ['before anything was requested', undefined],
  ['while a build runs', sent],
])('%s', (_, trace) => {
  test.each([
    ['a host that DNS does not have', 'ENOTFOUND', /DNS has no such host: check the name in the URL/],
    ['what does not speak HTTP', 'HPE_INVALID_CONSTANT', /does not speak HTTP: check the port in the URL/],
  ])('%s is put up with for ten minutes, and then told', async (__, code, advice) => {
    const said = await failures(code, 11, trace);
    expect(said.slice(0, 10).filter((one) => !one.startsWith('JenkinsUnavailable'))).toEqual([]);
    expect(said[10]).toMatch(/^JenkinsMisconfigured/);
    expect(said[10]).toMatch(advice);
  });

  test.each(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EAI_AGAIN', 'EHOSTUNREACH'])(
    '%s is waited out for as long as it lasts',
    async (code) => {
      const said = await failures(code, 30, trace);
      expect(said.filter((one) => !one.startsWith('JenkinsUnavailable'))).toEqual([]);
    },
  );
});
