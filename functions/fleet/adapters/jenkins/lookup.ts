import type { BuildRequest } from '../../ports/jenkins';
import { readAnswer } from './transport/read-answer';
import type { JenkinsSession } from './transport/http';
import { buildNumberOf, fieldsOf, listOf } from './transport/json';
import { ownerOf, parseBuild, parseItem, trees, type Build, type QueueItem } from './models';
import type { JobPlace } from './transport/urls';

/** The traces of a request in Jenkins. */
export type LookUpResult =
  | { readonly kind: 'item'; readonly queueId: string }
  | { readonly kind: 'build'; readonly number: number; readonly queueId: string | undefined }
  /** Only builds that copied its parameters: it was built, and that build has been discarded. */
  | { readonly kind: 'copy'; readonly number: number }
  | { readonly kind: 'nothing' }
  /** Nothing, but Jenkins did not list everything: more builds have come since than it does, or a list was missing. */
  | { readonly kind: 'unclear' }
  /** Nothing, and the job gives numbers out again: it is not the Jenkins, or not the state of it, that was asked. */
  | { readonly kind: 'restored' }
  /** Nothing, but the job has begun this build since the request, and its record is gone: it may have been ours. */
  | { readonly kind: 'gap'; readonly number: number };

/** The request is there, at this place. */
export type FoundRequest = Extract<LookUpResult, { kind: 'item' | 'build' }>;

export interface RequestQuery {
  readonly correlation: BuildRequest['correlation'];
  readonly names: readonly string[];
  readonly queueId: string | undefined;
  /** Ours has this number or a later one; absent when nothing is known to have been sent. */
  readonly firstPossibleNumber: number | undefined;
  /** When the newest build before it began. */
  readonly newestAtMs: number | undefined;
}

/**
 * How many builds are looked at: first the ones in Jenkins' memory (it never lists more than 100), then on its disk.
 */
const pages = [
  { list: 'builds', from: 0, to: 100 },
  { list: 'allBuilds', from: 100, to: 1000 },
] as const;

/**
 * Looks for a request: in the queue first, then among the builds. An item can move from the one to the other between
 * the two calls, but not back.
 */
export async function lookUp(
  session: JenkinsSession,
  base: string,
  job: JobPlace,
  wanted: RequestQuery,
): Promise<LookUpResult> {
  const queue = readAnswer(
    await session.send({ method: 'GET', url: `${base}/queue/api/json`, query: { tree: trees.queue } }),
  );
  const item = findItem(listOf(queue['items']).map(fieldsOf).map(parseItem), wanted);
  if (item !== undefined) return item;

  const builds: Build[] = [];
  for (const page of pages) {
    const tree = `${page.list}[${trees.builds}]{${page.from},${page.to}},nextBuildNumber`;
    const answer = readAnswer(await session.send({ method: 'GET', url: `${job.url}/api/json`, query: { tree } }));
    const entries = listOf(answer[page.list]).map(fieldsOf);
    builds.push(...entries.flatMap((entry) => parseBuild(entry) ?? []));
    const found = findBuild(builds, wanted);
    if (found.kind === 'build') return found;
    // an answer without its list is no proof that the list is empty
    if (!Array.isArray(queue['items']) || !Array.isArray(answer[page.list])) break;
    if (entries.length < page.to - page.from || reachesBack(builds, wanted)) {
      return found.kind === 'nothing'
        ? describeAbsence(buildNumberOf(answer['nextBuildNumber']), builds, wanted)
        : found;
    }
  }
  return { kind: 'unclear' };
}

/**
 * One that shows our value. Only where none does, one that shows none by its id: ids are given out again after a
 * crash.
 */
export function findItem(items: readonly QueueItem[], wanted: RequestQuery): LookUpResult | undefined {
  const owners = items.flatMap(({ id, parameters, taskUrl }) =>
    id === undefined ? [] : [{ id, owner: ownerOf({ parameters, taskUrl }, wanted) }],
  );
  const found =
    owners.find(({ owner }) => owner === 'ours') ??
    owners.find(({ id, owner }) => owner === 'unknown' && id === wanted.queueId);
  return found && { kind: 'item', queueId: found.id };
}

/**
 * Of those with our value the one of our queue id, else the oldest that is not a copy of another: ours regardless of
 * its number, since after a backup was restored numbers begin lower. Only then one that shows no value, by its queue
 * id.
 */
export function findBuild(builds: readonly Build[], wanted: RequestQuery): LookUpResult {
  const first = wanted.firstPossibleNumber ?? 0;
  const possible = builds
    .map((build) => ({ build, owner: ownerOf(build, wanted) }))
    .filter(({ build, owner }) => owner === 'ours' || (owner === 'unknown' && build.number >= first))
    .sort((a, b) => a.build.number - b.build.number);
  const ours = possible.filter(({ owner }) => owner === 'ours');
  const isOfItem = ({ build: { queueId } }: { build: Build }) => queueId !== undefined && queueId === wanted.queueId;
  const best = ours.find(isOfItem) ?? ours.find(({ build }) => !build.isCopy()) ?? possible.find(isOfItem);
  if (best !== undefined) return { kind: 'build', number: best.build.number, queueId: best.build.queueId };
  const copy = ours[0];
  return copy === undefined ? { kind: 'nothing' } : { kind: 'copy', number: copy.build.number };
}

/** Without a lower bound the newest are enough: they only matter if a trace got lost, and that is then recent. */
function reachesBack(builds: readonly Build[], wanted: RequestQuery): boolean {
  const { firstPossibleNumber: first } = wanted;
  return first === undefined || builds.some((build) => build.number <= first && !isNewer(build, wanted));
}

/** All builds since the request are listed, and none is ours: is one of them gone, whose it may have been? */
export function describeAbsence(
  next: number | undefined,
  builds: readonly Build[],
  wanted: RequestQuery,
): LookUpResult {
  if (wentBack(next, builds, wanted)) return { kind: 'restored' };
  const { firstPossibleNumber: first } = wanted;
  if (first === undefined) return { kind: 'nothing' };
  const known = new Set(builds.map(({ number }) => number));
  const end = next ?? Math.max(first, ...[...known].map((number) => number + 1));
  for (let number = first; number < end; number += 1) {
    if (!known.has(number)) return { kind: 'gap', number };
  }
  return { kind: 'nothing' };
}

/** Whether numbers that were taken before the request are free, or have been given out again since. */
function wentBack(next: number | undefined, builds: readonly Build[], wanted: RequestQuery): boolean {
  const { firstPossibleNumber: first } = wanted;
  if (first === undefined) return false;
  return (next ?? first) < first || builds.some((build) => build.number < first && isNewer(build, wanted));
}

/** Than the newest that there was before the request. Both times are of Jenkins' clock. */
function isNewer({ startedAtMs }: Build, { newestAtMs }: RequestQuery): boolean {
  return startedAtMs !== undefined && newestAtMs !== undefined && startedAtMs > newestAtMs;
}

export function isFoundRequest(found: LookUpResult): found is FoundRequest {
  return found.kind === 'item' || found.kind === 'build';
}
