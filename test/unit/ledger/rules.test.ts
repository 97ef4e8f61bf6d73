import { instant, paddedIndex } from '../../../functions/fleet/ledger/rules';

describe('an index as text', () => {
  test.each([
    [0, '000000'],
    [7, '000007'],
    [999_999, '999999'],
  ])('%i is %s', (index, text) => {
    expect(paddedIndex(index)).toBe(text);
  });

  test.each([-1, 1_000_000, 1.5, NaN])('%p is none', (index) => {
    expect(() => paddedIndex(index)).toThrow('an index is a whole number from 0 to 999999');
  });
});

test('a time is written in one way, with any offset', () => {
  expect(instant('2026-11-23T08:00:00+02:00')).toBe('2026-11-23T06:00:00.000Z');
  expect(() => instant('yesterday')).toThrow('a time is an ISO 8601 string');
});
