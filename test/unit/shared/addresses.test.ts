import { canonicalAddress, isOutside } from '../../../functions/shared/addresses';

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:c000:201', '192.0.2.1'],
  ['::ffff:a:1', '0.10.0.1'],
  ['2001:DB8:0:0::1', '2001:db8::1'],
  ['2001:db8::ffff:c000:201', '2001:db8::ffff:c000:201'],
  ['010.1.2.3', undefined],
  ['256.1.2.3', undefined],
  ['fe80::1%eth0', undefined],
  ['db.example.com', undefined],
  ['', undefined],
])('%s is the address %s', (text, expected) => {
  expect(canonicalAddress(text)).toBe(expected);
});

test.each([
  ['10.1.2.3', false],
  ['11.1.2.3', true],
  ['2001:db8::1', false],
  ['2001:db9::1', true],
  // Nothing is known of a name.
  ['db.example.com', false],
  ['', false],
])('%s is outside of two networks: %s', (text, expected) => {
  const networks = ['10.0.0.0/8', '2001:db8::/32'];
  expect(isOutside(text, networks)).toBe(expected);
  expect(isOutside(text, networks)).toBe(expected);
});
