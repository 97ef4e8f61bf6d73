import type { BuildStatus } from '../../ports/jenkins';
import { readUnlessMissing } from './transport/read-answer';
import { shortLine } from './transport/http-status';
import type { JenkinsSession } from './transport/http';
import { fieldsOf } from './transport/json';
import { ownerOf, parseBuild, parseItem, trees, type Build, type QueueItem } from './models';
import type { RequestQuery } from './lookup';
import { buildUrl, queueItemUrl, type JobPlace } from './transport/urls';

/** Where the queue item stands; `gone` when there is none of ours under that id (any more). */
export type ItemStep =
  | { readonly kind: 'status'; readonly status: BuildStatus }
  | { readonly kind: 'build'; readonly number: number }
  | { readonly kind: 'gone'; readonly reason: string };

export type BuildStep =
  | { readonly kind: 'running'; readonly build: Build }
  | { readonly kind: 'finished'; readonly build: Build; readonly result: string }
  | { readonly kind: 'gone'; readonly reason: string };

export async function followItem(
  session: JenkinsSession,
  base: string,
  id: string,
  wanted: RequestQuery,
): Promise<ItemStep> {
  const url = queueItemUrl(base, id);
  const fields = readUnlessMissing(
    await session.send({ method: 'GET', url: `${url}api/json`, query: { tree: trees.item } }),
  );
  // Jenkins forgets an item five minutes after it left the queue, and at once when it restarts
  if (fields === undefined) return { kind: 'gone', reason: `queue item ${id} no longer exists` };
  return decideItem(parseItem(fields), id, url, wanted);
}

export function decideItem(item: QueueItem, id: string, url: string, wanted: RequestQuery): ItemStep {
  const owner = ownerOf({ parameters: item.parameters, taskUrl: item.taskUrl }, wanted);
  // ids are handed out again after a crash
  if (owner === 'other') return { kind: 'gone', reason: `queue item ${id} belongs to another request` };
  if (item.buildNumber !== undefined) return { kind: 'build', number: item.buildNumber };
  if (item.cancelled) return { kind: 'status', status: { state: 'cancelled', url } };
  const why = item.left ? 'it has left the queue, but has no build yet' : shortLine(item.why, 300);
  return { kind: 'status', status: { state: 'queued', why, stuck: item.stuck, url } };
}

export async function followBuild(
  session: JenkinsSession,
  { base, job, number }: { readonly base: string; readonly job: JobPlace; readonly number: number },
  wanted: RequestQuery,
): Promise<BuildStep> {
  const url = `${buildUrl(job, number)}api/json`;
  const fields = readUnlessMissing(await session.send({ method: 'GET', url, query: { tree: trees.build } }));
  if (fields !== undefined) return decideBuild(parseBuild({ number, ...fields }), number, wanted);
  const end = await readEndInItem(session, base, number, wanted);
  return end ?? { kind: 'gone', reason: `build ${number} does not exist` };
}

/**
 * How a build ended whose record was discarded since, maybe in the instant of its end: the item that it came from holds
 * it for as long as Jenkins remembers that. What else it says of one that is not there is not believed.
 */
async function readEndInItem(
  session: JenkinsSession,
  base: string,
  number: number,
  wanted: RequestQuery,
): Promise<BuildStep | undefined> {
  if (wanted.queueId === undefined) return undefined;
  const url = `${queueItemUrl(base, wanted.queueId)}api/json`;
  const tree = `executable[${trees.build}]`;
  const item = readUnlessMissing(await session.send({ method: 'GET', url, query: { tree } }));
  const build = parseBuild(fieldsOf(item?.['executable']));
  if (build?.number !== number) return undefined;
  const step = decideBuild(build, number, wanted);
  return step.kind === 'finished' ? step : undefined;
}

export function decideBuild(build: Build | undefined, number: number, wanted: RequestQuery): BuildStep {
  if (build === undefined || ownerOf(build, wanted) === 'other') {
    return { kind: 'gone', reason: `build ${number} belongs to another request` };
  }
  // pipelines have a result before they end, and it may still get worse
  if (build.building || build.result === undefined) return { kind: 'running', build };
  return { kind: 'finished', build, result: build.result };
}
