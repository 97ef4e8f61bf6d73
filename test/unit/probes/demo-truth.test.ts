import type { Reason } from '../../../functions/probes/contracts/reasons';
import { falseIn, type DemoReport } from '../../../infra/lab/systems/probes/demo-truth';
import { found } from './judging';

// The demo's exit code: what is not as it should be is said, and one such thing is enough.

const mistake = (what: string, reason: Reason) => ({
  what,
  result: { ...found('tls', 'down'), reason },
});
const certificate = { subject: '', issuer: '', notAfter: '', spki: 'k', authorized: true, daysLeft: 5 };

const all: DemoReport = {
  mistakes: [
    mistake('expired', 'tls_expired'),
    mistake('for another host', 'tls_hostname'),
    mistake('signed by itself', 'tls_untrusted'),
    mistake('of an unknown chain', 'tls_untrusted'),
    mistake('too old a protocol', 'tls_handshake'),
    { what: 'ends soon', result: { ...found('tls', 'up'), certificate } },
  ],
  states: { shop: ['up', 'down', 'up'], docs: ['up', 'degraded', 'up'], api: ['up', 'down', 'up', 'down', 'up'] },
  mails: [
    'shop is down',
    'docs: regional problem in ap-southeast-1',
    'the probe region us-east-1 is silent',
    'api is flapping',
  ],
  cutOff: new Set(['us-east-1']),
};

test('all of it is true', () => {
  expect(falseIn(all)).toEqual([]);
});

test.each<[string, Partial<DemoReport>, RegExp]>([
  ['a false alarm', { states: { ...all.states, shop: ['up', 'degraded', 'down', 'up'] } }, /^shop was up, down/],
  ['a regional outage that is called one', { mails: [...all.mails, 'docs is down'] }, /no mail says that docs is down/],
  ['a server that stays down', { states: { ...all.states, api: ['up', 'down', 'up', 'down'] } }, /^api came and went/],
  ['a mail that was not sent', { mails: all.mails.slice(1) }, /a mail says: shop is down/],
  ['another region that is cut off', { cutOff: new Set(['us-east-1', 'eu-central-1']) }, /^us-east-1 alone/],
  [
    'a mistake by another name',
    { mistakes: [mistake('expired', 'tls_untrusted'), ...all.mistakes.slice(1)] },
    /expired is reported as/,
  ],
  ['a mistake that was not made', { mistakes: all.mistakes.slice(0, 5) }, /ends soon is reported as/],
])('%s is said, and nothing else', (_, some, words) => {
  expect(falseIn({ ...all, ...some })).toEqual([expect.stringMatching(words)]);
});
