import { gzipSync } from 'node:zlib';
import { shrinkState } from '../../../functions/audit/shrink-state';
import { emptyState, type UserFailures } from '../../../functions/audit/domain/rules/state';
import { mostDocumentBytes } from '../../../functions/shared/incidents/store';
import { failure, keyOf, minute, packed, start, world } from './support';

// Who is remembered is chosen by who connects. A document that the store refuses would stop the reading of all logs of
// the cluster: the log comes again, is refused again, and is a dead letter, of which no mail tells.

/** An even stream of numbers, the same on every machine. Source: Numerical Recipes, ranqd1. */
function numbers(): () => number {
  let state = 1;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0);
}
const bytesOf = (value: unknown) => gzipSync(JSON.stringify(value)).length;

test.each([
  [
    'many addresses that fail often',
    (any: () => number) => ({ host: `10.9.${any() % 12}.${any() % 250}`, user: 'joe' }),
  ],
  [
    'many users from many addresses',
    (any: () => number) => ({
      host: `10.9.${any() % 4}.${any() % 250}`,
      user: `${any().toString(36)}${any().toString(36)}`,
    }),
  ],
])('%s: the log is read, and what is remembered fits', async (_, more) => {
  const here = world();
  const any = numbers();
  let at = start;
  const lines = Array.from({ length: 60_000 }, () => failure((at += any() % 60), more(any)));
  here.put(keyOf('connectionlog'), packed(...lines));
  expect(await here.deliver(keyOf('connectionlog'))).toEqual({ batchItemFailures: [] });
  for (const name of ['detector main eu-central-1 111122223333', 'book audit'])
    expect(bytesOf((await here.deps.store.read(name))?.value)).toBeLessThanOrEqual(mostDocumentBytes);
  expect(here.mails.map(({ text }) => text).join()).toContain('Brute force from');
});

describe('a state that is too large', () => {
  const large = () => {
    const any = numbers();
    const name = () => `${any().toString(36)}${any().toString(36)}${any().toString(36)}`;
    const state = emptyState();
    const times = () => Array.from({ length: 240 }, (_, n) => [start + n * minute + (any() % minute), any() % 9999, 0]);
    for (let n = 0; n < 1500; n += 1) {
      state.failures[`user ${name()}`] = times().flat();
      state.sprays[name()] = Array.from({ length: 200 }, (_, m): UserFailures => [name(), start + m, 1, 1]);
      state.sessions[String(n)] = Array.from({ length: 8 }, (_, m) => {
        return { from: start + m, user: name(), host: name(), application: name(), id: name().slice(0, 13) };
      });
    }
    state.accounts['7'] = [{ at: start, action: 'create', superuser: true, catalog: false, validUntil: '' }];
    state.failures['user newest'] = [start + 300 * minute, 1, 0];
    return state;
  };

  test('loses the oldest of what is largest, until it fits', () => {
    const state = shrinkState(large());
    expect(bytesOf(state)).toBeLessThanOrEqual(mostDocumentBytes);
    expect(bytesOf(state)).toBeGreaterThan(mostDocumentBytes / 4);
    expect(state.failures['user newest']).toEqual([start + 300 * minute, 1, 0]);
    expect(Object.keys(state.sprays).length).toBeGreaterThan(50);
    expect(Object.keys(state.sessions).length).toBeGreaterThan(50);
    expect(state.accounts['7']).toHaveLength(1);
  });

  test('and one that fits stays as it is', () => {
    const state = emptyState();
    state.failures['user joe'] = [start, 1, 0];
    expect(shrinkState(structuredClone(state))).toEqual(state);
  });
});
