import { clusterKey, sourceOfKey } from './domain/logs/source';
import { inspect } from './inspect';
import type { ObjectRef, Objects } from './ports/objects';
import { readOnce, type ReadDeps, type ReadOnceResult } from './read-once';
import type { UnpackLimits } from './unpack';

export interface InspectDeps extends ReadDeps {
  readonly objects: Objects;
  readonly limits?: UnpackLimits;
}

/**
 * Reads an object once.
 *
 * @throws what S3 answers (also for an object that is gone): the message comes again, and then is a dead letter.
 */
export async function inspectObject(deps: InspectDeps, object: ObjectRef): Promise<ReadOnceResult> {
  const source = sourceOfKey(object.key);
  if (source === undefined) return { action: 'ignored', reason: 'not the name of an audit log' };
  const markOf = (etag: string) => `${object.bucket}/${object.key} ${etag}`;
  if (object.etag !== undefined && (await deps.store.isMarked(markOf(object.etag))))
    return { action: 'repeated', reason: 'was read before' };
  return readOnce(deps, source, async (state, at) => {
    const { etag, body } = await deps.objects.open(object);
    const inspected = await inspect(body, {
      options: deps.options,
      state,
      read: { cluster: source.cluster, place: clusterKey(source), object: `${object.bucket}/${object.key}`, at },
      type: source.type,
      ...(deps.limits && { limits: deps.limits }),
    });
    return { mark: markOf(etag), inspected };
  });
}
