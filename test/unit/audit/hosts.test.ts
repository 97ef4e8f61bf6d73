import { isOutside } from '../../../functions/shared/addresses';
import { normalHost } from '../../../functions/audit/domain/rules/hosts';

test.each([
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:192.0.2.1', '192.0.2.1'],
  ['::ffff:c000:201', '192.0.2.1'],
  ['192.0.2.1:5439', '192.0.2.1'],
  ['[2001:DB8::1]:5439', '2001:db8::1'],
  ['2001:0DB8:0:0::1', '2001:db8::1'],
  ['[local]', '[local]'],
  ['Host.Example.COM', 'host.example.com'],
  ['host.example.com:5439', 'host.example.com:5439'],
  // No addresses, though some programs take them for one: nothing is said of another address.
  ['010.1.2.3', '010.1.2.3'],
  ['1.2.3', '1.2.3'],
  ['', 'unknown'],
])('%s is %s', (host, normal) => {
  expect(normalHost(host)).toBe(normal);
});

test('what is no address is not outside of the networks', () => {
  const outside = ['192.0.2.1', '2001:db8::1', '10.1.2.3', '[local]', '010.1.2.3', 'host.example.com'];
  expect(outside.filter((host) => isOutside(host, ['10.0.0.0/8']))).toEqual(['192.0.2.1', '2001:db8::1']);
});
