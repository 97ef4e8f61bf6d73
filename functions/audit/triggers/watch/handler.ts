import { advance } from '../../../shared/incidents/advance';
import type { Policy } from '../../../shared/incidents/book';
import { changeBook, sendLetters, type SendDeps } from '../../../shared/incidents/notifier';
import { silenceKey, silences, type Clusters } from '../../domain/silence';

export interface WatchDeps extends SendDeps {
  readonly policy: Policy;
}

/** Every minute: clusters that are silent, digests, closings, the proof of life, and letters that still wait. */
export function makeHandler(deps: WatchDeps): () => Promise<{ sent: number; failed: number }> {
  return async () => {
    const at = deps.clock.now().getTime();
    const clusters = ((await deps.store.read('clusters'))?.value as Clusters | undefined) ?? {};
    const { silent, heard } = silences(clusters, at);
    await changeBook(deps, (book) => {
      const isOpen = (key: string) => book.incidents[key] !== undefined && book.incidents[key].closed === undefined;
      const fresh = silent.filter(({ key }) => !isOpen(key));
      let next = fresh.length === 0 ? book : advance(deps.policy, book, { kind: 'observed', at, observations: fresh });
      for (const key of heard.map(silenceKey).filter(isOpen))
        next = advance(deps.policy, next, { kind: 'resolved', at, key, note: 'logs come again', tell: 'at-once' });
      return { book: advance(deps.policy, next, { kind: 'tick', at }) };
    });
    return sendLetters(deps);
  };
}
