import { probesDemo } from '../../../infra/lab/systems/probes/demo';

test('the demo: an outage, a regional one, a region cut off and a flapping server, each told as what it is', async () => {
  const said: string[] = [];
  const { subjects, states, failures } = await probesDemo({
    minuteMs: 0,
    port: 0,
    say: (line) => said.push(line),
    signal: new AbortController().signal,
  });
  expect(failures).toEqual([]);
  expect(states.shop).toEqual(['up', 'down', 'up']);
  expect(states.docs).toEqual(['up', 'degraded', 'up']);
  expect(states.api!.filter((state) => state === 'down').length).toBeGreaterThanOrEqual(2);
  const text = said.join('\n');
  expect(text).toContain('shop is down');
  expect(text).toContain('docs: regional problem in ap-southeast-1');
  expect(text).toContain('the probe region us-east-1 is silent');
  expect(text).toContain('us-east-1 says by itself: home has taken no report of mine');
  expect(text).toContain('api is flapping');
  for (const line of [
    /expired +tls_expired: CERT_HAS_EXPIRED/,
    /for another host +tls_hostname: .* not for localhost/,
    /signed by itself +tls_untrusted: /,
    /unknown chain +tls_untrusted: /,
    /too old a protocol +tls_handshake: the server does not speak TLSv1.2/,
    /ends soon +up, its certificate ends within 7 days/,
  ])
    expect(text).toMatch(line);
  expect(text).not.toMatch(/docs is down|shop is UNKNOWN/);
  expect(subjects.length).toBeLessThanOrEqual(12);
}, 60_000);
