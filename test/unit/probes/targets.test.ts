import { readTargets } from '../../../functions/probes/contracts/targets';
import { expiryWarning } from '../../../functions/probes/domain/certificates';

test.each([
  [31, undefined],
  [30, 30],
  [15, 30],
  [14, 14],
  [3, 3],
  [2, 3],
  [1, 1],
  [0, 1],
  [-1, undefined],
  [-5, undefined],
])('a certificate with %i days left is on rung %s', (daysLeft, rung) => {
  expect(expiryWarning({ spki: 'k', notAfter: '2026-02-01T00:00:00Z', daysLeft })?.days).toBe(rung);
});

test('a target with a mistake takes no other with it, and every mistake is told', () => {
  const good = { id: 'good', url: 'https://example.com/' };
  const { targets, mistakes } = readTargets(
    [
      good,
      { id: 'good', url: 'https://example.com/' },
      { id: 'Bad Id', url: 'gopher://x' },
      { id: 'often', url: 'http://x/', intervalSeconds: 5 },
      { id: 'many', url: 'http://x/', quorum: 9 },
      { id: 'odd', url: 'http://x/', assert: { colour: 1, bodyMatches: '(a+)+$' } },
      { id: 'secret', url: 'https://user:pass@x/' },
      7,
    ],
    ['eu-central-1'],
  );
  expect(targets.map(({ id }) => id)).toEqual(['good']);
  const paths = mistakes.map(({ path }) => path);
  expect(paths).toEqual(
    expect.arrayContaining([
      'targets.1.id',
      'targets.2.id',
      'targets.2.url',
      'targets.3.intervalSeconds',
      'targets.4.quorum',
      'targets.5.assert.colour',
      'targets.5.assert.bodyMatches',
      'targets.6.url',
      'targets.7',
    ]),
  );
  expect(JSON.stringify(mistakes)).not.toContain('pass');
});
