import fc from 'fast-check';
import type { BuildTrace } from '../../../functions/fleet/ports/jenkins';
import { Bench, request, ScriptedJenkins, type Reply } from './scripted';

/** What can happen to one request; `after`: it was processed, and then the answer was lost. */
const faults = ['none', 'reset before', 'reset after', '502 before', '504 after', '500 before', '503 before'] as const;
type Fault = (typeof faults)[number];

const failures: Record<Exclude<Fault, 'none'>, Reply> = {
  'reset before': 'reset',
  'reset after': 'reset',
  '502 before': { status: 502 },
  '504 after': { status: 504 },
  '500 before': { status: 500, body: 'Oops! Logging ID=9' },
  '503 before': { status: 503 },
};

interface Story {
  readonly posts: readonly Fault[];
  readonly reads: readonly Fault[];
  /** Saves that fail, by their order. */
  readonly saves: ReadonlySet<number>;
  /** For how many seconds a queued request shows in no look-up. */
  readonly hiddenFor: number;
  readonly pause: number;
}

const story: fc.Arbitrary<Story> = fc.record({
  posts: fc.array(fc.constantFrom(...faults), { maxLength: 4 }),
  reads: fc.array(fc.constantFrom(...faults), { maxLength: 25 }),
  saves: fc.uniqueArray(fc.nat(12), { maxLength: 4 }).map((orders) => new Set(orders)),
  hiddenFor: fc.integer({ min: 0, max: 4 }),
  pause: fc.constantFrom(1, 3, 7, 20),
});

/**
 * Plays a story until it is told and the request is in the queue. Says how often Jenkins has queued the request:
 * unlike the real one, it does not merge equal ones that are still waiting.
 */
async function play(server: ScriptedJenkins, { posts, reads, saves, hiddenFor, pause }: Story): Promise<number> {
  // no request may time out in real time: the clock of the story is another one
  const bench = new Bench(server, { requestTimeoutMs: 15_000 });
  const postFaults = [...posts];
  const readFaults = [...reads];
  let queuedAt: number | undefined;
  let count = 0;
  const happens = (fault: Fault, process: () => Reply | undefined): Reply | undefined => {
    if (fault === 'none') return process();
    if (fault.endsWith('after')) process();
    return failures[fault];
  };
  server.on('GET', /./, ({ path }) =>
    happens(readFaults.shift() ?? 'none', () => {
      const hidden = queuedAt !== undefined && bench.clock.ms - queuedAt < hiddenFor * 1000;
      if (!hidden) return undefined;
      if (path === '/queue/api/json') return { body: { items: [] } };
      return path.startsWith('/queue/item/') ? { status: 404 } : undefined;
    }),
  );
  server.on('POST', /./, ({ form }) =>
    happens(postFaults.shift() ?? 'none', () => {
      count += 1;
      queuedAt = bench.clock.ms;
      const id = String(40 + count);
      server.items.push({ id, parameters: Object.fromEntries(form) });
      return { status: 201, headers: { Location: `/queue/item/${id}/` } };
    }),
  );
  let order = 0;
  const save = async (trace: BuildTrace): Promise<void> => {
    if (saves.has((order += 1))) throw new Error('the table is throttled');
    await bench.save(trace);
  };
  for (let call = 0; call < 150; call += 1) {
    // an error is what the state machine, or an operator, tries again
    const status = await bench.jenkins.advance(request, bench.trace, save).catch(() => undefined);
    if (status?.state === 'queued' && readFaults.length === 0) break;
    expect(status?.state).not.toBe('lost');
    bench.clock.pass(pause);
  }
  return count;
}

test('no matter what gets lost, exactly one build comes of one request', async () => {
  await fc.assert(
    fc.asyncProperty(story, async (told) => {
      const server = await new ScriptedJenkins().start();
      try {
        expect(await play(server, told)).toBe(1);
      } finally {
        await server.stop();
      }
    }),
    // a failure is made smaller for so long at most
    { numRuns: 60, interruptAfterTimeLimit: 40_000 },
  );
}, 60_000);
