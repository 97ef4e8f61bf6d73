import { expiryWarning } from '../../../../functions/probes/domain/certificates';
import type { Reason } from '../../../../functions/probes/contracts/reasons';
import type { ServerName } from './demo-world';
import type { TlsMistake } from './tls-servers';

/** What a demo has shown. */
export interface DemoReport {
  readonly mistakes: readonly TlsMistake[];
  /** Each target's states, in the order in which they came. */
  readonly states: Readonly<Partial<Record<ServerName, readonly string[]>>>;
  /** Texts of the mails. */
  readonly mails: readonly string[];
  /** Regions that said of themselves that home takes nothing of theirs. */
  readonly cutOff: ReadonlySet<string>;
}

const mails = [
  'shop is down',
  'docs: regional problem in ap-southeast-1',
  'the probe region us-east-1 is silent',
  'api is flapping',
];

const reasonOf: Readonly<Record<string, Reason | 'soon'>> = {
  expired: 'tls_expired',
  'for another host': 'tls_hostname',
  'signed by itself': 'tls_untrusted',
  'of an unknown chain': 'tls_untrusted',
  'too old a protocol': 'tls_handshake',
  'ends soon': 'soon',
};

/** What is not as the demo claims, in words; nothing when all of it is true. */
export function falseIn({ mistakes, states, mails: sent, cutOff }: DemoReport): string[] {
  const text = sent.join('\n');
  const { shop = [], docs = [], api = [] } = states;
  const claims: readonly (readonly [string, boolean])[] = [
    ['shop was up, down and up again, and nothing else', shop.join() === 'up,down,up'],
    ['docs was up, down for one region alone, and up again', docs.join() === 'up,degraded,up'],
    ['api came and went, and is up', api.filter((one) => one === 'down').length >= 2 && api.at(-1) === 'up'],
    ['us-east-1 alone said that home takes nothing of its own', [...cutOff].join() === 'us-east-1'],
    ...mails.map((words) => [`a mail says: ${words}`, text.includes(words)] as const),
    ['no mail says that docs is down', !text.includes('docs is down')],
    ...Object.entries(reasonOf).map(([what, reason]) => {
      const found = mistakes.find((one) => one.what === what)?.result;
      return [
        `a certificate or protocol ${what} is reported as ${reason}`,
        found !== undefined && isToldAs(found, reason),
      ] as const;
    }),
  ];
  return claims.filter(([, isTrue]) => !isTrue).map(([claim]) => claim);
}

function isToldAs({ up, reason, certificate }: TlsMistake['result'], expected: Reason | 'soon'): boolean {
  if (expected !== 'soon') return reason === expected;
  return up && certificate !== undefined && expiryWarning(certificate)?.days === 7;
}
