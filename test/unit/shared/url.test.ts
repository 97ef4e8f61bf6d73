import { urlIn } from '../../../functions/shared/text';

test('a text is an address or it is none, however often it is asked', () => {
  // Node 20's own URL.canParse says otherwise after some thousand calls.
  for (let time = 0; time < 20_000; time += 1) {
    if (urlIn('https://Bücher.example') === undefined) throw new Error(`no address at call ${time}`);
  }
  expect(urlIn('https://Bücher.example')?.hostname).toBe('xn--bcher-kva.example');
  expect(urlIn('/there', 'https://example.com/here')?.href).toBe('https://example.com/there');
  for (const text of ['', 'example.com', 'http://', 'http://[::1']) expect(urlIn(text)).toBeUndefined();
});
