import { ipv6In, urlIn } from '../../../functions/shared/names-and-urls';

test('a text is an address or it is none, however often it is asked', () => {
  // Node 20's own URL.canParse says otherwise after some thousand calls.
  for (let time = 0; time < 20_000; time += 1) {
    if (urlIn('https://Bücher.example') === undefined) throw new Error(`no address at call ${time}`);
  }
  expect(urlIn('https://Bücher.example')?.hostname).toBe('xn--bcher-kva.example');
  expect(urlIn('/there', 'https://example.com/here')?.href).toBe('https://example.com/there');
  for (const text of ['', 'example.com', 'http://', 'http://[::1']) expect(urlIn(text)).toBeUndefined();
});

test('an IPv6 address has one spelling of many', () => {
  const spellings = ['2001:DB8:0:0::4', '2001:db8::4', '2001:0db8:0000:0000:0000:0000:0000:0004'];
  expect(spellings.map(ipv6In)).toEqual(['2001:db8::4', '2001:db8::4', '2001:db8::4']);
  expect(ipv6In('2001:db8::5')).not.toBe(ipv6In('2001:db8::4'));
  for (const text of [
    '',
    '10.0.0.7',
    'i-0a1b',
    'web-03.example.com',
    'a:b',
    '::1::2',
    'a]@[::1',
    '::1]/[',
    'fe80::1%eth0',
  ]) {
    expect(ipv6In(text)).toBeUndefined();
  }
});
