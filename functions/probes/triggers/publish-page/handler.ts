import { publishPage, type PublishDeps } from '../../operations/publish';

/** Every minute: the status page and `status.json`, of what the judge knows by now. */
export function makeHandler(deps: PublishDeps): () => Promise<void> {
  return () => publishPage(deps);
}
