import fc from 'fast-check';
import { idOf, parseExact } from '../../../../functions/fleet/adapters/jenkins/transport/json';

describe('JSON with long integers', () => {
  test('keeps 63-bit ids exact, as text', () => {
    expect(parseExact('{"id":717952010831702603,"n":41,"b":[{"queueId": 9223372036854775807}]}')).toEqual({
      id: '717952010831702603',
      n: 41,
      b: [{ queueId: '9223372036854775807' }],
    });
  });

  test('leaves digits inside strings, fractions and exponents alone', () => {
    const text = '{"a":"id 717952010831702603, \\"717952010831702603\\"","b":1.2345678901234567,"c":1e21,"d":-1}';
    expect(parseExact(text)).toEqual(JSON.parse(text));
  });

  test.each(['', '{"a":1', '{"a":"cut', '<html>', '{"a":717952010831702603'])('refuses %p', (text) => {
    expect(() => parseExact(text)).toThrow(SyntaxError);
  });

  test('reads everything else as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        fc.pre(!/\d{16}/.test(text));
        expect(parseExact(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 200 },
    );
  });

  test('takes an id as number or text, and none for builds that did not come through the queue', () => {
    expect([41, '41', -1, 0, '', null, undefined, 1.5].map(idOf)).toEqual([
      '41',
      '41',
      ...Array.from({ length: 6 }, () => undefined),
    ]);
  });
});
