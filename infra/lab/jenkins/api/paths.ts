import type { Call } from './call';

/** Longest request line that the front end takes, in characters (FACTS.md, 1.1). */
const longest = 8192;

/**
 * The decoded segments of a request's path below the context path, without `/view/…` levels.
 *
 * @throws Refusal 414, 400 (double slash, bad escape), or Jetty's own 404 outside the context path.
 */
export function segmentsOf(call: Call): string[] {
  const { path, query = '' } = call.request;
  if (path.length + query.length > longest) throw call.refusal(414, 'URI Too Long');
  if (path.includes('//')) throw call.refusal(400, 'Ambiguous URI empty segment');
  const { contextPath } = call.site;
  if (path !== contextPath && !path.startsWith(`${contextPath}/`)) throw call.refusal(404, 'Not Found');
  const raw = path.slice(contextPath.length).split('/').filter(Boolean);
  return withoutViews(raw.map((segment) => decode(call, segment)));
}

/** Splits `job/A/job/B/rest…` into the names of folders and job, and the rest. */
export function jobNames(segments: readonly string[]): { names: string[]; rest: string[] } {
  const names: string[] = [];
  let next = 0;
  for (let name = segments[1]; segments[next] === 'job' && name !== undefined; name = segments[next + 1]) {
    names.push(name);
    next += 2;
  }
  return { names, rest: segments.slice(next) };
}

function withoutViews(segments: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index < segments.length; index += 1) {
    // A view's name is in the place of a level's name: /view/all/job/x, /job/folder/view/all/job/x.
    if (segments[index] === 'view' && segments[index - 1] !== 'job') index += 1;
    else kept.push(segments[index] ?? '');
  }
  return kept;
}

function decode(call: Call, segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    throw call.refusal(400, 'Bad URI escape');
  }
}
