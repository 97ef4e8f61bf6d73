import { createJenkins } from '../../../functions/fleet/adapters/jenkins';
import type { Random } from '../../../functions/shared/random';
import { VirtualClock } from '../../../infra/lab/clock';
import { createJenkinsStandIn } from '../../../infra/lab/jenkins';
import { driveBuild } from '../../support/drive-build';
import { request } from './scripted';

/** The client and the lab's Jenkins, written apart from the same facts, in bad weather. */
describe.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])('against the stand-in, seed %i', (seed) => {
  it('one build comes of one request, and its end is reported', async () => {
    const clock = new VirtualClock();
    const random = seeded(seed);
    const credentials = { user: 'svc', token: 'a-token-of-the-lab' };
    const parameters = ['HOST', 'ENV', 'REQUEST_ID'].map((name) => ({ name }));
    const standIn = createJenkinsStandIn({
      clock,
      random,
      credentials,
      jobs: [{ name: request.job, parameters, pipeline: true, behaviour: { durationMs: 40_000, result: 'FAILURE' } }],
      largeIds: seed % 2 === 0,
      contextPath: seed % 3 === 0 ? '/jenkins' : '',
      rootUrl: 'http://ci.internal:8080/ci',
      locationOrigin: 'http://ci.internal:8080',
    });
    const jenkins = createJenkins({ url: `${await standIn.start()}/`, credentials, clock, requestTimeoutMs: 2_000 });
    try {
      for (const answer of ['reset', 502, 504] as const) {
        for (const processed of [true, false]) standIn.faults.add({ answer, processed, chance: 0.06, times: 30 });
      }
      let pauses = 0;
      const pause = async (): Promise<void> => {
        pauses += 1;
        if (pauses === 3) standIn.restart({ downForMs: 30_000 });
        await clock.advance(1_000 + random.next() * 7_000);
      };
      const { status } = await driveBuild(jenkins, request, { pause, limit: 300 });
      expect(status).toMatchObject({ state: 'finished', number: 1, result: 'FAILURE' });
      expect(standIn.builds(request.job)).toHaveLength(1);
    } finally {
      await standIn.stop();
    }
  });
});

function seeded(seed: number): Random {
  let state = seed * 7919;
  return { next: () => (state = (state * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32 };
}
