import * as z from '../../../shared/schema';
import { batchResponse } from '../../../shared/lambda/sqs';
import type { Logger } from '../../../shared/runtime';
import type { RouteSource } from '../../ports/routes';
import { stage, type StagerDeps } from '../../stager/stage';

const eventSchema = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });

type Deps = Omit<StagerDeps, 'routes'> & { readonly routes: RouteSource; readonly log: Logger };

/** What SQS gives, at most once a minute or so: written as batches. What failed stays in the queue, and only that. */
export const makeHandler = (deps: Deps) => async (event: unknown) => {
  const { Records } = eventSchema.parse(event);
  // A few times a minute, so as they are now: a column that a route has got is filled from the next event on.
  const registry = await deps.routes.readAgain().catch(() => deps.routes.read());
  const messages = Records.map(({ messageId, body }) => ({ receipt: messageId, body }));
  const failed = await stage({ ...deps, ...registry, routesAgain: () => deps.routes.readAgain() }, messages);
  if (failed.length > 0) deps.log.error('messages stay in the queue', { failed: failed.length, of: messages.length });
  return batchResponse(failed);
};
