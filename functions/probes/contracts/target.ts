// A namespace import: the `z` object of zod would bring all of its languages into every bundle.
import * as z from 'zod';
import { urlIn } from '../../shared/url';

const whole = (unit: string, min: number, max: number) => {
  const allowed = `a whole number of ${unit} from ${min} to ${max}`;
  return z.number(allowed).int(allowed).min(min, allowed).max(max, allowed);
};
const text = (allowed: string, max: number) =>
  z.string(allowed).min(1, allowed).max(max, `${allowed}, of at most ${max} characters`);

const schemes = ['http:', 'https:', 'tcp:', 'tls:', 'dns:'];
const urlAllowed =
  'an address such as https://example.com/health, tcp://db.example.com:5432, tls://example.com:443 or dns://1.1.1.1/example.com?type=A, without credentials';

const url = z.string(urlAllowed).max(2000, urlAllowed).refine(isTargetUrl, urlAllowed);

function isTargetUrl(value: string): boolean {
  const parsed = urlIn(value);
  if (parsed === undefined) return false;
  const { protocol, username, password, hostname, port, pathname } = parsed;
  if (!schemes.includes(protocol) || username !== '' || password !== '' || hostname === '') return false;
  if (protocol === 'tcp:' || protocol === 'tls:') return port !== '' && port !== '0';
  return protocol !== 'dns:' || pathname.length > 1;
}

/** `200`, or `2xx`. */
const status = z.union([whole('status', 100, 599), z.string().regex(/^[1-5]xx$/, 'a class such as 2xx')]);

const pattern = text('a regular expression', 500).refine((source) => {
  try {
    new RegExp(source, 'u');
    return !isExpensive(source);
  } catch {
    return false;
  }
}, 'a regular expression without nested repetitions');

/** Repetitions of repetitions can take for ever on 64 KB of an answer that an attacker writes. */
function isExpensive(source: string): boolean {
  return /\([^)]*[+*}][^)]*\)\s*[+*{]/.test(source) || /\\[1-9]/.test(source);
}

const assertions = z.strictObject({
  /** Default: 2xx. */
  status: z.array(status).min(1).max(20).optional(),
  /** Headers that have to be there, and match. */
  headers: z.record(z.string().regex(/^[A-Za-z0-9-]+$/, 'a header’s name'), pattern).optional(),
  bodyContains: text('text', 1000).optional(),
  bodyLacks: text('text', 1000).optional(),
  bodyMatches: pattern.optional(),
  /** Dotted paths into JSON: `status`, `checks.0.ok`. */
  json: z
    .array(
      z.strictObject({
        path: text('a path such as checks.0.ok', 200),
        equals: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional(),
        atLeast: z.number().optional(),
        atMost: z.number().optional(),
      }),
    )
    .max(20)
    .optional(),
  /** Slower than that is degraded, not down. */
  maxLatencyMs: whole('milliseconds', 1, 60_000).optional(),
  minTls: z.enum(['TLSv1.2', 'TLSv1.3']).optional(),
});

const intervalAllowed = 'seconds from 10 to 3600, a multiple of 10';

const window = z.strictObject({ from: z.iso.datetime({ offset: true }), until: z.iso.datetime({ offset: true }) });

/** One thing to look at, as it is configured. */
export const targetSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$/, 'letters, digits and -, of at most 64 characters'),
  /** What people read. Default: the id. */
  name: text('a name', 100).optional(),
  url,
  /** Whether it may be on loopback or in a private range; link-local is never looked at. */
  internal: z.boolean().default(false),
  family: z.union([z.literal(4), z.literal(6), z.literal('any')]).default('any'),
  method: z.enum(['GET', 'HEAD']).default('GET'),
  redirects: z.enum(['follow', 'refuse']).default('follow'),
  /** Every region looks in the same seconds, which are whole multiples of ten. */
  intervalSeconds: z
    .number(intervalAllowed)
    .refine((value) => value >= 10 && value <= 3600 && value % 10 === 0, intervalAllowed)
    .default(60),
  assert: assertions.default({}),
  /** How many regions have to find it down. Default: more than half of those that have looked lately. */
  quorum: whole('regions', 1, 50).optional(),
  /** Mail is muted, measuring goes on. */
  maintenance: z.array(window).max(50).default([]),
});

export type TargetInput = z.input<typeof targetSchema>;
export type Target = z.output<typeof targetSchema>;
export type Assertions = Target['assert'];
