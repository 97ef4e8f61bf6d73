import { advance } from '../shared/incidents/advance';
import type { Policy } from '../shared/incidents/book';
import { changeBook, type SendDeps } from '../shared/incidents/notifier';
import { NamedError } from '../shared/named-error';
import { sourceOfKey } from './domain/logs/source';
import type { RuleOptions } from './domain/rules/options';
import { emptyState, type DetectorState } from './domain/rules/state';
import { inspect } from './inspect';
import type { ObjectRef, Objects } from './ports/objects';
import { heardFrom, type Clusters } from './domain/silence';
import type { Limits } from './unpack';

export interface InspectDeps extends SendDeps {
  readonly objects: Objects;
  readonly options: RuleOptions;
  readonly policy: Policy;
  readonly limits?: Limits;
}

export type Result =
  | { readonly action: 'ignored'; readonly reason: string }
  | { readonly action: 'repeated'; readonly reason: string }
  | {
      readonly action: 'inspected';
      readonly lines: number;
      readonly malformed: number;
      readonly findings: number;
      readonly damage?: string;
    };

/** Remembered for longer than S3 and SQS repeat, and than the daily look for gaps goes back. */
const rememberSeconds = 400 * 24 * 3600;
const mostTurns = 10;

/**
 * Reads an object once: what follows from it, the detector's memory and the mark that it was read are written together
 * or not at all. Killed anywhere, it is read again as if for the first time.
 *
 * @throws what S3 answers (also for an object that is gone): the message comes again, and then is a dead letter.
 */
export async function inspectObject(deps: InspectDeps, object: ObjectRef): Promise<Result> {
  const source = sourceOfKey(object.key);
  if (source === undefined) return { action: 'ignored', reason: 'not the name of an audit log' };
  const markOf = (etag: string) => `${object.bucket}/${object.key} ${etag}`;
  if (object.etag !== undefined && (await deps.store.isMarked(markOf(object.etag))))
    return { action: 'repeated', reason: 'was read before' };
  const memory = `detector ${source.account ?? ''} ${source.region ?? ''} ${source.cluster}`;
  for (let turn = 0; turn < mostTurns; turn += 1) {
    const known = await deps.store.read(memory);
    const at = deps.clock.now().getTime();
    const { etag, body } = await deps.objects.open(object);
    const read = { cluster: source.cluster, object: `${object.bucket}/${object.key}`, at };
    const state = (known?.value as DetectorState | undefined) ?? emptyState();
    const result = await inspect(body, {
      options: deps.options,
      state,
      read,
      type: source.type,
      ...(deps.limits && { limits: deps.limits }),
    });
    let outdated = false;
    const written = await changeBook(deps, async (book) => {
      outdated = (await deps.store.read(memory))?.version !== known?.version;
      // Another object of the cluster was read meanwhile: this one is read again, with what is known by now.
      if (outdated) return { book };
      const clusters = await deps.store.read('clusters');
      const next = advance(
        deps.policy,
        advance(deps.policy, book, { kind: 'observed', at, observations: result.observations }),
        {
          kind: 'seen',
          at,
          counts: { files: 1, lines: result.counts.lines, 'malformed lines': result.counts.malformed },
        },
      );
      return {
        book: next,
        changes: [
          { name: memory, value: result.state, from: known?.version ?? 0 },
          {
            name: 'clusters',
            value: heardFrom((clusters?.value as Clusters | undefined) ?? {}, source, at),
            from: clusters?.version ?? 0,
          },
        ],
        marks: [{ name: markOf(etag), value: result.counts, expires: Math.floor(at / 1000) + rememberSeconds }],
      };
    });
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- set within the change above
    if (outdated) continue;
    if (written === 'marked') return { action: 'repeated', reason: 'was read at the same time by another' };
    const { damage } = result.unpacked;
    return {
      action: 'inspected',
      lines: result.counts.lines,
      malformed: result.counts.malformed,
      findings: result.observations.length,
      ...(damage !== undefined && { damage }),
    };
  }
  throw new NamedError('DetectorContended', `others read objects of ${source.cluster} ${mostTurns} times meanwhile`, {
    fault: 'environment',
  });
}
