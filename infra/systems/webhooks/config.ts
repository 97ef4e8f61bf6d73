import * as z from 'zod';
import { mistakesIn, type Mistake } from '../../../functions/shared/schema';
import { readRoutes, type Route, type RouteInput } from '../../../functions/webhooks/contracts/routes';
import { schemaName } from '../../../functions/webhooks/domain/sql/place';
import type { SectionResult } from '../system';

const name = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'lower-case letters, digits and _, beginning with a letter');
const identifier = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'the identifier of a cluster or a workgroup');
const rate = z.number('requests a second from 1 to 10000').int().min(1).max(10_000);

const shape = z.strictObject({
  routes: z.unknown(),
  warehouse: z.union(
    [
      z.strictObject({ cluster: identifier, database: name }),
      z.strictObject({ workgroup: identifier, database: name }),
    ],
    '{ cluster, database } or { workgroup, database }',
  ),
  copyRole: z
    .string()
    .regex(/^arn:[a-z-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/, 'the ARN of a role that is attached to the warehouse'),
  schema: z
    .string()
    .regex(schemaName, 'lower-case letters, digits and _, beginning with a letter, and not with pg_')
    .default('webhooks'),
  horizonDays: z.number('days from 1 to 365').int().min(1).max(365).default(8),
  requestsPerSecond: rate.default(200),
  burst: rate.default(400),
  archiveDays: z.number('days from 30 to 3650').int().min(30).max(3650).default(400),
} satisfies Record<keyof WebhooksInput, z.ZodType>);

/** What an adopter writes about webhooks. */
export interface WebhooksInput {
  readonly routes: readonly RouteInput[];
  /** A provisioned cluster or a Serverless workgroup. */
  readonly warehouse:
    { readonly cluster: string; readonly database: string } | { readonly workgroup: string; readonly database: string };
  /** The role that COPY reads the bucket with. The stack's output says what it has to be allowed. */
  readonly copyRole: string;
  /** Of the tables. Default `webhooks`. */
  readonly schema?: string;
  /** How long an event that comes again is known again; no shorter than any sender retries. Default 8. */
  readonly horizonDays?: number;
  /** More is answered with 429, and senders try again. Default 200, with bursts of 400. */
  readonly requestsPerSecond?: number;
  readonly burst?: number;
  /** How long the archive keeps what was loaded. Default 400. */
  readonly archiveDays?: number;
}

declare module '../system' {
  interface Sections {
    readonly webhooks?: WebhooksInput;
  }
}

export type WebhooksSection = Omit<z.output<typeof shape>, 'routes'> & {
  readonly routes: readonly Route[];
  readonly given: readonly RouteInput[];
};

export function readWebhooks(given: unknown): SectionResult<WebhooksSection> {
  const result = shape.safeParse(given);
  const routes = readRoutes((given as { routes?: unknown } | null)?.routes);
  const mistakes: Mistake[] = [
    ...(result.success ? [] : mistakesIn(result.error, given)),
    ...('mistakes' in routes
      ? routes.mistakes.map((one) => ({ ...one, path: one.path === '' ? 'routes' : `routes.${one.path}` }))
      : []),
  ];
  if (!result.success || !('routes' in routes)) return { mistakes };
  return { section: { ...result.data, routes: routes.routes, given: (given as WebhooksInput).routes } };
}
