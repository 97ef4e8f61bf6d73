import { explainDenial } from '../../functions/fleet/steps/register-dns/names';
import { someSettings } from '../support/launches';
import { aMember } from '../support/sightings';

const dns = { zoneId: 'Z1', zoneName: 'internal.example.com', ttlSeconds: 60, ipv6: false };
const settings = { ...someSettings({ names: { pattern: 'h{index:04}', start: 1 } }), dns };
const denied = Object.assign(
  new Error(
    'User: arn:aws:sts::123456789012:assumed-role/r is not authorized to perform: route53:ChangeResourceRecordSets on resource: arn:aws:route53:::hostedzone/Z1 because no identity-based policy allows the route53:ChangeResourceRecordSets action',
  ),
  { name: 'AccessDenied' },
);

test('a refused name of other settings is told with what gives it and what to do, also if it was claimed without DNS', () => {
  for (const member of [aMember({ fqdn: 'web-01.internal.example.com' }), aMember()]) {
    const explained = explainDenial(denied, member, settings);
    expect(explained).toMatchObject({ name: 'NotPermitted', cause: denied });
    expect(String(explained)).toContain(
      'register-dns may not route53:ChangeResourceRecordSets on arn:aws:route53:::hostedzone/Z1',
    );
    expect(String(explained)).toMatch(
      /web-01\.internal\.example\.com is a name of other settings: number 1 is h0001\.internal\.example\.com .*muster abandon/,
    );
  }
});

test('anything else that goes wrong is left as it is', () => {
  const throttled = Object.assign(new Error('Rate exceeded'), { name: 'Throttling' });
  expect(explainDenial(throttled, aMember(), settings)).toBe(throttled);
});
