import { createHash } from 'node:crypto';
import type { LogBatch } from './contracts/subscription';
import { clusterKey, sourceOfLogGroup } from './domain/logs/source';
import { inspectMessages } from './inspect';
import { readOnce, type ReadDeps, type ReadOnceResult } from './read-once';

export interface StreamDeps extends ReadDeps {
  /** Of the log groups: a subscription reaches a function of its own region only. */
  readonly region?: string;
}

/** Reads a batch of CloudWatch Logs once: it is known by the ids of its events. */
export async function inspectStream(deps: StreamDeps, batch: LogBatch): Promise<ReadOnceResult> {
  const { logGroup, logStream, events } = batch;
  const known = sourceOfLogGroup(logGroup);
  if (known === undefined) return { action: 'ignored', reason: `no audit log: ${logGroup}` };
  if (events.length === 0) return { action: 'ignored', reason: 'no events' };
  const source = { ...known, account: batch.owner, ...(deps.region !== undefined && { region: deps.region }) };
  const ids = createHash('sha256');
  for (const { id } of events) ids.update(`${id}\n`);
  const mark = `${clusterKey(source)} ${logGroup} ${logStream} ${ids.digest('hex').slice(0, 32)}`;
  if (await deps.store.isMarked(mark)) return { action: 'repeated', reason: 'was read before' };
  return readOnce(deps, source, async (state, at) => ({
    mark,
    inspected: inspectMessages(
      events.map(({ message }) => message),
      {
        options: deps.options,
        state,
        read: {
          cluster: source.cluster,
          place: clusterKey(source),
          object: `${logGroup} ${logStream} from event ${events[0]?.id ?? ''}`,
          at,
        },
        type: source.type,
      },
    ),
  }));
}
