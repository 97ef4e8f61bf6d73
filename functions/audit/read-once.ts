import { advanceBook } from '../shared/incidents/advance';
import type { Policy } from '../shared/incidents/book';
import { changeBook, type SendDeps } from '../shared/incidents/notifier';
import { valueLike } from '../shared/incidents/store';
import { NamedError } from '../shared/named-error';
import { clusterKey, type LogSource } from './domain/logs/source';
import type { RuleOptions } from './domain/rules/options';
import { emptyState, type DetectorState } from './domain/rules/state';
import { clustersIn, heardFrom } from './domain/silence';
import { shrinkState } from './shrink-state';
import type { InspectionResult } from './inspect';

export interface ReadDeps extends SendDeps {
  readonly options: RuleOptions;
  readonly policy: Policy;
}

export type ReadOnceResult =
  | { readonly action: 'ignored'; readonly reason: string }
  | { readonly action: 'repeated'; readonly reason: string }
  | {
      readonly action: 'inspected';
      readonly lines: number;
      readonly malformed: number;
      readonly findings: number;
      readonly damage?: string;
    };

/** What was read, and the name of the mark that it was. */
export interface ReadOnce {
  readonly mark: string;
  readonly inspected: InspectionResult;
}

/** Remembered for longer than S3 and SQS repeat, and than the daily look for gaps goes back. */
const rememberSeconds = 400 * 24 * 3600;
const mostTurns = 10;

/**
 * Reads something of a cluster once: what follows from it, the detector's memory and the mark that it was read are
 * written together or not at all. Killed anywhere, it is read again as if for the first time.
 *
 * @param read may be called several times: something else of the cluster was read meanwhile.
 * @throws DetectorContended when that happened ten times.
 */
export async function readOnce(
  deps: ReadDeps,
  source: LogSource,
  read: (state: DetectorState, at: number) => Promise<ReadOnce>,
): Promise<ReadOnceResult> {
  const memory = `detector ${clusterKey(source)}`;
  for (let turn = 0; turn < mostTurns; turn += 1) {
    const known = await deps.store.read(memory);
    const at = deps.clock.now().getTime();
    const { mark, inspected } = await read(valueLike(memory, known, emptyState()) ?? emptyState(), at);
    const { counts, observations, state, unpacked } = inspected;
    const remembered = shrinkState(state);
    let [attempts, outdated] = [0, false];
    const written = await changeBook(deps, async (book) => {
      attempts += 1;
      // It is large: whether it has changed is looked at where a write has met a conflict, in it or in the book.
      outdated = attempts > 1 && (await deps.store.read(memory))?.version !== known?.version;
      // Something else of the cluster was read meanwhile: this is read again, with what is known by now.
      if (outdated) return { book };
      const clusters = await deps.store.read('clusters');
      const seen = { files: 1, lines: counts.lines, 'malformed lines': counts.malformed };
      const observed = advanceBook(deps.policy, book, { kind: 'observed', at, observations });
      const heard = heardFrom(clustersIn(clusters), source, at);
      return {
        book: advanceBook(deps.policy, observed, { kind: 'seen', at, counts: seen }),
        changes: [
          { name: memory, value: remembered, from: known?.version ?? 0 },
          { name: 'clusters', value: heard, from: clusters?.version ?? 0 },
        ],
        marks: [{ name: mark, value: counts, expires: Math.floor(at / 1000) + rememberSeconds }],
      };
    });

    if (outdated) continue;
    if (written === 'marked') return { action: 'repeated', reason: 'was read at the same time by another' };
    const { damage } = unpacked;
    return {
      action: 'inspected',
      lines: counts.lines,
      malformed: counts.malformed,
      findings: observations.length,
      ...(damage !== undefined && { damage }),
    };
  }
  throw new NamedError('DetectorContended', `others read logs of ${source.cluster} ${mostTurns} times meanwhile`, {
    fault: 'environment',
  });
}
