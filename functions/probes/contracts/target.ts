import * as z from '../../shared/schema';
import { urlIn } from '../../shared/names-and-urls';
import { text, whole } from '../../shared/schema';

const schemes = ['http:', 'https:', 'tcp:', 'tls:', 'dns:'];
const urlAllowed =
  'an address such as https://example.com/health, tcp://db.example.com:5432, tls://example.com:443 or dns://1.1.1.1/example.com?type=A (or AAAA, CNAME, MX, TXT), without credentials';

const url = z.string(urlAllowed).check(z.maxLength(2000, urlAllowed), z.refine(isTargetUrl, urlAllowed));

function isTargetUrl(value: string): boolean {
  const parsed = urlIn(value);
  if (parsed === undefined) return false;
  const { protocol, username, password, hostname, port, pathname } = parsed;
  if (!schemes.includes(protocol) || username !== '' || password !== '' || hostname === '') return false;
  if (protocol === 'tcp:' || protocol === 'tls:') return port !== '' && port !== '0';
  return protocol !== 'dns:' || (pathname.length > 1 && recordTypeOf(parsed) !== undefined);
}

/** The record types that a look can ask a name server for. */
export const recordTypes = ['A', 'AAAA', 'CNAME', 'MX', 'TXT'] as const;
export type RecordType = (typeof recordTypes)[number];

/** The type in `dns://server/name?type=MX`. Default: A; `undefined` for an unknown one. */
export function recordTypeOf({ searchParams }: URL): RecordType | undefined {
  const said = (searchParams.get('type') ?? 'A').toUpperCase();
  return recordTypes.find((one) => one === said);
}

/** `200`, or `2xx`. */
const status = z.union([whole('status', 100, 599), z.string().check(z.regex(/^[1-5]xx$/, 'a class such as 2xx'))]);

const pattern = text('a regular expression', 500).check(
  z.refine((source) => {
    try {
      new RegExp(source, 'u');
      return !isExpensive(source);
    } catch {
      return false;
    }
  }, 'a regular expression without nested repetitions'),
);

/** Nested repetitions can take for ever on 64 KB that an attacker writes. */
function isExpensive(source: string): boolean {
  return /\([^)]*[+*}][^)]*\)\s*[+*{]/.test(source) || /\\[1-9]/.test(source);
}

const assertions = z.strictObject({
  /** Default: 2xx. */
  status: z.optional(z.array(status).check(z.minLength(1), z.maxLength(20))),
  /** Patterns by header: each header has to be present and to match. */
  headers: z.optional(z.record(z.string().check(z.regex(/^[A-Za-z0-9-]+$/, 'a header’s name')), pattern)),
  bodyContains: z.optional(text('text', 1000)),
  bodyLacks: z.optional(text('text', 1000)),
  bodyMatches: z.optional(pattern),
  /** Dotted paths into JSON: `status`, `checks.0.ok`. */
  json: z.optional(
    z
      .array(
        z.strictObject({
          path: text('a path such as checks.0.ok', 200),
          equals: z.optional(z.union([z.string(), z.number(), z.boolean(), z.null()])),
          atLeast: z.optional(z.number()),
          atMost: z.optional(z.number()),
        }),
      )
      .check(z.maxLength(20)),
  ),
  /** A slower answer counts as slow, not as down. */
  maxLatencyMs: z.optional(whole('milliseconds', 1, 60_000)),
  minTls: z.optional(z.enum(['TLSv1.2', 'TLSv1.3'])),
});

const intervalAllowed = 'seconds from 10 to 3600, a multiple of 10';

const window = z.strictObject({ from: z.iso.datetime({ offset: true }), until: z.iso.datetime({ offset: true }) });

/** A target, as it is configured. */
export const targetSchema = z.strictObject({
  id: z
    .string()
    .check(z.regex(/^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$/, 'small letters, digits and -, of at most 64 characters')),
  /** The name in mails and on the page. Default: the id. */
  name: z.optional(text('a name', 100)),
  url,
  /** Whether it may have a loopback or private address. Link-local addresses are never looked at. */
  internal: z._default(z.boolean(), false),
  family: z._default(z.union([z.literal(4), z.literal(6), z.literal('any')]), 'any'),
  method: z._default(z.enum(['GET', 'HEAD']), 'GET'),
  redirects: z._default(z.enum(['follow', 'refuse']), 'follow'),
  /** Every region looks in the same seconds; a whole multiple of ten. */
  intervalSeconds: z._default(
    z
      .number(intervalAllowed)
      .check(z.refine((value) => value >= 10 && value <= 3600 && value % 10 === 0, intervalAllowed)),
    60,
  ),
  assert: z._default(assertions, {}),
  /** How many regions have to find it down. Default: more than half of the fresh ones. */
  quorum: z.optional(whole('regions', 1, 50)),
  /** Windows in which no mail is sent; measuring continues. */
  maintenance: z._default(z.array(window).check(z.maxLength(50)), []),
});

export type TargetInput = z.input<typeof targetSchema>;
export type Target = z.output<typeof targetSchema>;
export type Assertions = Target['assert'];
