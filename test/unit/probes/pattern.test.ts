import { findPattern } from '../../../functions/probes/adapters/pattern';

test('a pattern is found, or not', () => {
  expect(findPattern('^al+ good$', 'all good')).toBe(true);
  expect(findPattern('bad', 'all good')).toBe(false);
});

// None of these has a repetition of a repetition in sight; the text of an attacker makes them endless all the same.
test.each([
  ['(a|aa)+$', `${'a'.repeat(60)}!`],
  ['(\\w|a)*b$', 'a'.repeat(60)],
  ['(.*)(.*)(.*)(.*)(.*)(.*)x$', 'a'.repeat(3_000)],
])('%s ends, and says that it cannot tell', (source, text) => {
  expect(findPattern(source, text)).toBeUndefined();
});
