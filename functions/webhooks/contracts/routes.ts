import * as z from '../../shared/schema';
import { mistake, mistakesIn, type Mistake } from '../../shared/schema';

/** What Redshift takes as a name without surprises; every name is quoted in SQL all the same. */
const identifier = z
  .string()
  .check(
    z.regex(
      /^[a-z][a-z0-9_]{0,62}$/,
      'a name of lower-case letters, digits and _, which begins with a letter, up to 63 long',
    ),
  );
/** The loader's own tables are called after it (`…_conflicts`), and PostgreSQL cuts a name after 63: cut, all would be one. */
const tableName = z
  .string()
  .check(
    z.regex(
      /^[a-z][a-z0-9_]{0,52}$/,
      'a name of lower-case letters, digits and _, which begins with a letter, up to 53 long',
    ),
  );
const headerName = z.string().check(z.regex(/^[a-z0-9-]{1,64}$/, "a header's name in lower case"));
const pointer = z
  .string()
  .check(z.regex(/^(\/([^~/]|~[01])*)+$/, 'a JSON pointer, such as /data/object/amount (RFC 6901)'));
const toleranceSeconds = z._default(
  z.number('seconds from 1 to 86400').check(z.int(), z.minimum(1), z.maximum(86_400)),
  300,
);

const standardScheme = z.strictObject({ kind: z.enum(['standard-webhooks', 'svix']), toleranceSeconds });
const stripeScheme = z.strictObject({ kind: z.literal('stripe'), toleranceSeconds });
const githubScheme = z.strictObject({ kind: z.literal('github') });
const hmacScheme = z.strictObject({
  kind: z.literal('hmac'),
  header: headerName,
  algorithm: z._default(z.enum(['sha256', 'sha512', 'sha1']), 'sha256'),
  encoding: z._default(z.enum(['hex', 'base64', 'base64url']), 'hex'),
  /** What stands before the signature in the header: `sha256=`. */
  prefix: z._default(z.string().check(z.maxLength(32)), ''),
  /** What is signed, of `{id}`, `{timestamp}` and `{body}`, the body last: `v0:{timestamp}:{body}`. */
  signed: z._default(
    z.string().check(z.regex(/^(?:(?!\{body\}).)*\{body\}$/s, 'a text that ends in {body}, which stands there once')),
    '{body}',
  ),
  idHeader: z.optional(headerName),
  timestampHeader: z.optional(headerName),
  toleranceSeconds,
});
const basicScheme = z.strictObject({ kind: z.literal('basic') });
const keyScheme = z.strictObject({
  kind: z.literal('key'),
  header: z._default(headerName, 'x-api-key'),
  /** What stands before the key: `Bearer ` (with its blank). */
  prefix: z._default(z.string().check(z.maxLength(32)), ''),
});

const scheme = z.discriminatedUnion(
  'kind',
  [standardScheme, stripeScheme, githubScheme, hmacScheme, basicScheme, keyScheme],
  'standard-webhooks, svix, stripe, github, hmac, basic or key',
);
export type Scheme = z.output<typeof scheme>;
export type SchemeOf<Kind extends Scheme['kind']> = Extract<Scheme, { kind: Kind }>;

const column = z
  .discriminatedUnion(
    'type',
    [
      z.strictObject({
        type: z.literal('text'),
        bytes: z._default(z.number('bytes from 1 to 65535').check(z.int(), z.minimum(1), z.maximum(65_535)), 256),
        from: pointer,
        required: z._default(z.boolean(), false),
      }),
      z.strictObject({
        type: z.literal('decimal'),
        precision: z._default(z.number().check(z.int(), z.minimum(1), z.maximum(38)), 18),
        scale: z._default(z.number().check(z.int(), z.minimum(0), z.maximum(37)), 4),
        from: pointer,
        required: z._default(z.boolean(), false),
      }),
      z.strictObject({
        type: z.enum(['bigint', 'boolean', 'timestamp', 'json']),
        from: pointer,
        required: z._default(z.boolean(), false),
      }),
    ],
    'text, decimal, bigint, boolean, timestamp or json',
  )
  .check(
    z.refine((one) => one.type !== 'decimal' || one.scale <= one.precision, 'a scale that is not above the precision'),
  );
export type Column = z.output<typeof column>;

/** Where an event's id is found; a body of which it is not found gets its hash. */
const eventId = z.discriminatedUnion(
  'from',
  [
    z.strictObject({ from: z.literal('signature') }),
    z.strictObject({ from: z.literal('header'), header: headerName }),
    z.strictObject({ from: z.literal('body'), pointer }),
    z.strictObject({ from: z.literal('hash') }),
  ],
  'signature, header, body or hash',
);
export type EventId = z.output<typeof eventId>;

/** Bodies beyond this do not reach a function: 6 MB of a Lambda request, in base64. */
export const largestBody = 4_500_000;

/** A statement has 100 KB at most, and the longest names each column three times, in 69 bytes. */
const mostColumns = 400;

const routePath = z
  .string()
  .check(
    z.regex(
      /^(\/[a-z0-9._-]+)+(\/:tenant)?$/,
      'a path of lower-case letters, digits, . _ and -, perhaps with /:tenant at its end',
    ),
  );
/** Also of a route that has other mistakes. */
export const isRoutePath = (given: unknown): given is string => routePath.safeParse(given).success;

const route = z.strictObject({
  /** The source that its events have in the table. */
  name: identifier,
  /** `/hooks/stripe`, or with a tenant `/hooks/shop/:tenant`. */
  path: routePath,
  scheme,
  /** The name of the secret; a route has one of its own. */
  secret: z.text('the name of a secret', 512),
  eventId: z.optional(eventId),
  /** When it happened, by the sender: ISO 8601, or seconds or milliseconds since 1970. */
  eventTime: z.optional(pointer),
  table: tableName,
  columns: z._default(
    z
      .record(identifier, column)
      .check(z.refine((all) => Object.keys(all).length <= mostColumns, `at most ${mostColumns} columns`)),
    {},
  ),
  bodyLimitBytes: z._default(
    z.number('bytes from 1 to 4500000').check(z.int(), z.minimum(1), z.maximum(largestBody)),
    1_000_000,
  ),
});
export type Route = Omit<z.output<typeof route>, 'eventId'> & { readonly eventId: EventId };
export type RouteInput = z.input<typeof route>;

/** The columns that every table has, which a route cannot name again. */
export const commonColumns = [
  'source',
  'tenant',
  'event_id',
  'event_time',
  'received_at',
  'seq',
  'message_id',
  'body_sha256',
  'body_bytes',
  'flags',
  'payload',
  'payload_text',
  'raw_key',
  'batch_id',
] as const;

/** Which Redshift and PostgreSQL keep for themselves: no column can be created by such a name, quoted or not. */
const systemColumns: readonly string[] = [
  ...['ctid', 'oid', 'tableoid', 'xmin', 'xmax', 'cmin', 'cmax'],
  ...['insertxid', 'deletexid'],
];

const registry = z.array(route).check(z.minLength(1, 'one route or more'), z.maxLength(500));

const ownIds: Readonly<Record<Scheme['kind'], EventId>> = {
  'standard-webhooks': { from: 'signature' },
  svix: { from: 'signature' },
  stripe: { from: 'body', pointer: '/id' },
  github: { from: 'header', header: 'x-github-delivery' },
  hmac: { from: 'hash' },
  basic: { from: 'hash' },
  key: { from: 'hash' },
};

/** Checks a registry of routes; all mistakes together. What stands where a secret's name belongs is not told: it may be one. */
export function readRoutes(
  given: unknown,
): { readonly routes: readonly Route[] } | { readonly mistakes: readonly Mistake[] } {
  const result = registry.safeParse(given);
  const mistakes = result.success ? contradictions(result.data, given) : mistakesIn(result.error, given);
  if (!result.success || mistakes.length > 0)
    return { mistakes: mistakes.map((one) => (isOfSecret(one) ? { ...one, value: '***' } : one)) };
  return {
    routes: result.data.map((one) => ({
      ...one,
      eventId: one.eventId ?? (hasSignedId(one.scheme) ? { from: 'signature' } : ownIds[one.scheme.kind]),
    })),
  };
}

const isOfSecret = ({ path, value }: Mistake) => /^\d+\.secret(\.|$)/.test(path) && !['nothing', '""'].includes(value);

function contradictions(routes: readonly z.output<typeof route>[], given: unknown): Mistake[] {
  const mistakes: Mistake[] = [];
  const seen = { name: new Set<string>(), path: new Set<string>(), secret: new Set<string>() };
  const tables = new Map<string, string>();
  const base = (path: string) => path.replace(/\/:tenant$/, '/*');
  for (const [index, one] of routes.entries()) {
    for (const key of ['name', 'path', 'secret'] as const) {
      const value = key === 'path' ? base(one.path) : one[key];
      if (seen[key].has(value)) mistakes.push(mistake([index, key], given, 'one that no other route has'));
      seen[key].add(value);
    }
    const columns = JSON.stringify(one.columns);
    if ((tables.get(one.table) ?? columns) !== columns)
      mistakes.push(mistake([index, 'columns'], given, `the same as the other routes to the table ${one.table} have`));
    tables.set(one.table, columns);
    for (const name of Object.keys(one.columns)) {
      if ((commonColumns as readonly string[]).includes(name) || systemColumns.includes(name))
        mistakes.push(mistake([index, 'columns', name], given, `another name: every table has a column ${name}`));
    }
    if (/_(stage|conflicts|loads)$/.test(one.table))
      mistakes.push(
        mistake([index, 'table'], given, 'a name that is none of the loader’s own (…_stage, …_conflicts, …_loads)'),
      );
    if (one.eventId?.from === 'signature' && !hasSignedId(one.scheme))
      mistakes.push(mistake([index, 'eventId'], given, 'header, body or hash: the scheme has no id of its own'));
    if (one.scheme.kind === 'hmac') mistakes.push(...ofTemplate(one.scheme, index, given));
  }
  return mistakes;
}

function hasSignedId(scheme: Scheme): boolean {
  return (
    ['standard-webhooks', 'svix'].includes(scheme.kind) || (scheme.kind === 'hmac' && scheme.signed.includes('{id}'))
  );
}

function ofTemplate(scheme: SchemeOf<'hmac'>, index: number, given: unknown): Mistake[] {
  const at = (what: string) => mistake([index, 'scheme', 'signed'], given, what);
  return [
    ...(scheme.signed.includes('{id}') && scheme.idHeader === undefined ? [at('no {id} without an idHeader')] : []),
    ...(scheme.signed.includes('{timestamp}') !== (scheme.timestampHeader !== undefined)
      ? [at('{timestamp} exactly where there is a timestampHeader: one that is not signed proves nothing')]
      : []),
  ];
}
