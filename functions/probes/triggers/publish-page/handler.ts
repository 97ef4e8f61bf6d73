import { publishPage, type PublishDeps } from '../../operations/publish';

/** Publishes the status page and `status.json`; called every minute. */
export function makeHandler(deps: PublishDeps): () => Promise<void> {
  return () => publishPage(deps);
}
