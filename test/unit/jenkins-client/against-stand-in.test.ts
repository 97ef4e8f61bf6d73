import { createJenkins } from '../../../functions/fleet/adapters/jenkins';
import type { Random } from '../../../functions/shared/random';
import { VirtualClock } from '../../../infra/lab/kernel/clock';
import { createJenkinsStandIn, inProcess } from '../../../infra/lab/jenkins';
import { driveBuild } from '../../support/drive-build';
import { request } from './scripted';

/** Drives one request to its end, in bad weather; over a socket, or without one. */
async function drive(seed: number, over: 'http' | 'memory') {
  const clock = new VirtualClock();
  const random = seeded(seed);
  const credentials = { user: 'svc', token: 'a-token-of-the-lab' };
  const parameters = ['HOST', 'ENV', 'REQUEST_ID'].map((name) => ({ name }));
  const contextPath = seed % 3 === 0 ? '/jenkins' : '';
  const standIn = createJenkinsStandIn({
    clock,
    random,
    credentials,
    jobs: [{ name: request.job, parameters, pipeline: true, behaviour: { durationMs: 40_000, result: 'FAILURE' } }],
    largeIds: seed % 2 === 0,
    contextPath,
    rootUrl: 'http://ci.internal:8080/ci',
    locationOrigin: 'http://ci.internal:8080',
  });
  const url = over === 'http' ? `${await standIn.start()}/` : `http://ci.example.com${contextPath}/`;
  const transport = over === 'http' ? {} : { transport: inProcess((asked) => standIn.handle(asked)) };
  const jenkins = createJenkins({ url, credentials, clock, requestTimeoutMs: 2_000, ...transport });
  try {
    for (const answer of ['reset', 502, 504] as const) {
      for (const processed of [true, false]) standIn.faults.add({ answer, processed, chance: 0.06, times: 30 });
    }
    let pauses = 0;
    const pause = async (): Promise<void> => {
      pauses += 1;
      if (pauses === 3) standIn.restart({ downForMs: 30_000, refusedForMs: 10_000 });
      await clock.advance(1_000 + random.next() * 7_000);
    };
    const driven = await driveBuild(jenkins, request, { pause, limit: 300 });
    return { ...driven, builds: standIn.builds(request.job).length };
  } finally {
    await standIn.stop();
  }
}

/** The client and the lab's Jenkins, written apart from the same facts, in bad weather. */
describe.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])('against the stand-in, seed %i', (seed) => {
  test('one build comes of one request, and its end is reported', async () => {
    const { status, builds } = await drive(seed, 'http');
    expect(status).toMatchObject({ state: 'finished', number: 1, result: 'FAILURE' });
    expect(builds).toBe(1);
  });

  test('without a socket between them everything goes the same way', async () => {
    const [{ states, traces }, memory] = [await drive(seed, 'http'), await drive(seed, 'memory')];
    expect(memory).toMatchObject({ states, traces, builds: 1 });
  });
});

function seeded(seed: number): Random {
  let state = seed * 7919;
  return { next: () => (state = (state * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32 };
}
