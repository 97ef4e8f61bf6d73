import { createPrivateKey, createPublicKey, getDiffieHellman, type KeyObject } from 'node:crypto';
import { integer, sequence } from '../../../infra/lab/tls/der';

/**
 * An RSA key of 16,384 bits, which OpenSSL makes in minutes: here at once, of two primes that are known. RFC 3526, group 18,
 * and RFC 7919, ffdhe8192, which is 2^8192 - 2^8128 + (floor(2^8062 e) + 10965728) 2^64 - 1.
 */
export function rsa16384(): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  const p = BigInt(`0x${getDiffieHellman('modp18').getPrime('hex')}`);
  const q = 2n ** 8192n - 2n ** 8128n + (eulerTimes(8062n) + 10_965_728n) * 2n ** 64n - 1n;
  const e = 65_537n;
  const d = inverse(e, (p - 1n) * (q - 1n));
  const numbers = [0n, p * q, e, d, p, q, d % (p - 1n), d % (q - 1n), inverse(q, p)];
  const privateKey = createPrivateKey({
    key: sequence(...numbers.map((one) => integer(bytesOf(one)))),
    format: 'der',
    type: 'pkcs1',
  });
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

/** The whole part of 2^bits e. */
function eulerTimes(bits: bigint): bigint {
  const guard = 64n;
  let sum = 0n;
  for (let [term, n] = [1n << (bits + guard), 1n]; term > 0n; term /= n, n += 1n) sum += term;
  return sum >> guard;
}

function inverse(of: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [of % modulus, modulus, 1n, 0n];
  while (b > 0n) {
    const quotient = a / b;
    [a, b, x, y] = [b, a - quotient * b, y, x - quotient * y];
  }
  return ((x % modulus) + modulus) % modulus;
}

/** Big-endian, with a zero before a first bit that is set: a DER integer has a sign. */
function bytesOf(value: bigint): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? (/^[89a-f]/.test(hex) ? `00${hex}` : hex) : `0${hex}`, 'hex');
}
