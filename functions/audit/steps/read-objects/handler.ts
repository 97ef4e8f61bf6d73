import { isRefused, isThrottled, isUnauthorized, isUnavailable, messageOf } from '../../../shared/aws-errors';
import { sendLetters } from '../../../shared/incidents/notifier';
import { backfillError, readBatchInput, type ListedObject } from '../../contracts/backfill';
import { inspectObject, type InspectDeps } from '../../inspect-object';

/** What became of a batch: so many objects. */
export interface BackfillCounts {
  /** Read now: these were missing in the ledger. */
  readonly read: number;
  /** Read before. */
  readonly known: number;
  /** No audit log, or older than asked for. */
  readonly ignored: number;
  /** Deleted since they were listed. */
  readonly gone: number;
  /** S3 refuses them. */
  readonly unreadable: number;
}

/** What Lambda says of the time that is left. */
export interface Context {
  readonly getRemainingTimeInMillis?: () => number;
}

/** Enough to unpack and read the largest log that is read. */
const enoughMs = 150_000;

/**
 * Ensures that all of a list of objects have been read. Can be run again at any time: what was read is in the ledger.
 *
 * @throws BatchUnfinished, and what is to be waited for, by the names of `backfillErrors`.
 */
export function makeHandler(deps: InspectDeps): (input: unknown, context?: Context) => Promise<BackfillCounts> {
  return async (input, context) => {
    const step = 'read-objects';
    const { since, objects } = readBatchInput(input);
    const outcome = { read: 0, known: 0, ignored: 0, gone: 0, unreadable: 0 };
    try {
      for (const object of objects) {
        if ((context?.getRemainingTimeInMillis?.() ?? Infinity) < enoughMs)
          throw backfillError('BatchUnfinished', `${outcome.read + outcome.known} of ${objects.length} are read`);
        outcome[object.modified < since ? 'ignored' : await readOne(deps, object)] += 1;
      }
      deps.log.info('objects', { step, ...outcome });
      return outcome;
    } catch (error) {
      const named = nameError(error);
      deps.log.error(messageOf(named), { step, error: named instanceof Error ? named.name : 'unknown', ...outcome });
      throw named;
    } finally {
      // What cannot be sent waits in the book: the watch sends it.
      await sendLetters(deps).catch((error: unknown) => {
        deps.log.error('letters wait', { error: error instanceof Error ? error.name : 'unknown' });
      });
    }
  };
}

/** S3 says `MethodNotAllowed` of a version that is the mark of a deletion. */
const gone = ['NoSuchKey', 'NotFound', 'NoSuchVersion', 'MethodNotAllowed'];

async function readOne(deps: InspectDeps, object: ListedObject): Promise<keyof BackfillCounts> {
  let refused: unknown;
  // What S3 refuses is of this object: no permission, a key of KMS that is disabled, an archive in Glacier. What the table
  // refuses is of all of them.
  const open: InspectDeps['objects']['open'] = (one) =>
    deps.objects.open(one).catch((error: unknown) => {
      refused = error;
      throw error;
    });
  try {
    const { action } = await inspectObject({ ...deps, objects: { open } }, object);
    return action === 'inspected' ? 'read' : action === 'repeated' ? 'known' : 'ignored';
  } catch (error) {
    if (error !== refused || !(error instanceof Error)) throw error;
    if (gone.includes(error.name)) return 'gone';
    if (!isRefused(error) && !isUnauthorized(error)) throw error;
    deps.log.error('object not readable', { bucket: object.bucket, key: object.key, error: messageOf(error) });
    return 'unreadable';
  }
}

function nameError(error: unknown): unknown {
  if (isThrottled(error)) return backfillError('Throttled', `AWS asks to slow down: ${messageOf(error)}`, error);
  if (isUnavailable(error)) return backfillError('AwsUnavailable', `AWS did not answer: ${messageOf(error)}`, error);
  return error;
}
