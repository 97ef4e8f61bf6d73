import { advanceBook } from '../../../shared/incidents/advance';
import type { Book, Policy } from '../../../shared/incidents/book';
import { changeBook, readBook, sendLetters, type SendDeps } from '../../../shared/incidents/notifier';
import type { AuditMetrics } from '../../contracts/metrics';
import { awaited, clustersIn, forgotten, silenceKey, silences, type Clusters } from '../../domain/silence';

export interface WatchDeps extends SendDeps {
  readonly policy: Policy;
  /** That are known to write logs. */
  readonly clusters: readonly string[];
  readonly metrics: AuditMetrics;
  readonly functionName: string;
}

/** Every minute: clusters that are silent, digests, closings, the proof of life, and letters that still wait. */
export function makeHandler(deps: WatchDeps): () => Promise<{ sent: number; failed: number }> {
  return async () => {
    const at = deps.clock.now().getTime();
    await changeBook(deps, async (book) => {
      const known = await deps.store.read('clusters');
      const before = clustersIn(known);
      const clusters = forgotten(awaited(before, deps.clusters, at), deps.clusters, at);
      return {
        book: advanceBook(deps.policy, ofSilence(deps.policy, book, clusters, at), { kind: 'tick', at }),
        changes: clusters === before ? [] : [{ name: 'clusters', value: clusters, from: known?.version ?? 0 }],
      };
    });
    const result = await sendLetters(deps);
    const { book } = await readBook(deps);
    const oldest = Math.min(at, ...book.outbox.map(({ since }) => since));
    deps.metrics.duration('LetterAge', at - oldest, { Function: deps.functionName });
    return result;
  };
}

function ofSilence(policy: Policy, book: Book, clusters: Clusters, at: number): Book {
  const { silent, heard } = silences(clusters, at);
  const openOf = (key: string) => {
    const known = book.incidents[key];
    return known?.closed === undefined ? known : undefined;
  };
  const told = silent.flatMap((one) => {
    const open = openOf(one.key);
    if (open === undefined) return [one];
    // It continues: without this it would be closed as quiet, and opened once more.
    return at - open.changedAt >= policy.quietMs / 2 ? [{ ...one, count: 0 }] : [];
  });
  const observed = told.length === 0 ? book : advanceBook(policy, book, { kind: 'observed', at, observations: told });
  const over = (keys: readonly string[], note: string, from: Book) =>
    keys.reduce((now, key) => advanceBook(policy, now, { kind: 'resolved', at, key, note, tell: 'at-once' }), from);
  const gone = Object.keys(book.incidents).filter(
    (key) => key.startsWith('LOG-SILENCE|') && !Object.keys(clusters).some((cluster) => silenceKey(cluster) === key),
  );
  const again = heard.map(silenceKey).filter((key) => openOf(key) !== undefined);
  return over(
    gone.filter((key) => openOf(key) !== undefined),
    'silent for a month: taken for gone',
    over(again, 'logs come again', observed),
  );
}
