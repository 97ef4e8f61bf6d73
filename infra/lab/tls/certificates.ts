import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { systemClock } from '../../../functions/shared/runtime';
import { bits, integer, octets, oid, sequence, tagged } from './der';

// X.509 certificates for the lab and for tests, as DER by hand (RFC 5280): with any mistake that a server can make.

export interface CertificateWithKey {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateOptions {
  /** Common name; absent: no subject at all. */
  readonly name?: string;
  /** Subject alternative names: DNS names, or IPv4 addresses. */
  readonly names?: readonly string[];
  readonly from?: Date;
  readonly until?: Date;
  readonly isAuthority?: boolean;
  /** Default: it signs itself. An authority has a key of the curve P-256. */
  readonly by?: Authority;
  /** Default: of the curve P-256. */
  readonly keys?: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
}

export interface Authority extends CertificateWithKey {
  readonly subject: Buffer;
  readonly privateKey: KeyObject;
}

const day = 86_400_000;

/** A key and a certificate for it. */
export function certificate(options: CertificateOptions): Authority {
  const now = systemClock.now().getTime();
  const { publicKey, privateKey } = options.keys ?? generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { from = new Date(now - day), until = new Date(now + 90 * day), isAuthority = false, by } = options;
  const subject = nameOf(options.name);
  const signature = sequence(oid('1.2.840.10045.4.3.2'));
  const body = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    signature,
    by?.subject ?? subject,
    sequence(time(from), time(until)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...extensions(options.names ?? [], isAuthority))),
  );
  const signed = sign('sha256', body, by?.privateKey ?? privateKey);
  const der = sequence(body, signature, bits(signed));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    subject,
    privateKey,
  };
}

function extensions(names: readonly string[], isAuthority: boolean): Buffer[] {
  const constraints = isAuthority
    ? [sequence(oid('2.5.29.19'), Buffer.from([1, 1, 0xff]), octets(sequence(Buffer.from([1, 1, 0xff]))))]
    : [];
  if (names.length === 0)
    return constraints.length === 0 ? [sequence(oid('2.5.29.19'), octets(sequence()))] : constraints;
  const alternatives = names.map((name) =>
    /^\d+(\.\d+){3}$/.test(name)
      ? tagged(0x87, Buffer.from(name.split('.').map(Number)))
      : tagged(0x82, Buffer.from(name, 'latin1')),
  );
  return [...constraints, sequence(oid('2.5.29.17'), octets(sequence(...alternatives)))];
}

function nameOf(name: string | undefined): Buffer {
  if (name === undefined) return sequence();
  return sequence(tagged(0x31, sequence(oid('2.5.4.3'), tagged(0x0c, Buffer.from(name, 'utf8')))));
}

function time(at: Date): Buffer {
  const text = at.toISOString().replace(/[-:T]/g, '').replace(/\.\d+/, '');
  return tagged(0x18, Buffer.from(text));
}
