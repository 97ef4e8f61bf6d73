import { urlIn } from '../../../../shared/names-and-urls';
import { setupMistake, JenkinsFailure } from '../jenkins-failure';

/** Where a job is: the names of its folders and its own, and its URL without a slash at the end. */
export interface JobPlace {
  readonly names: readonly string[];
  readonly url: string;
}

/**
 * The address that everything else is built on: with its context path, without a slash at the end.
 *
 * @throws StepError JenkinsMisconfigured, which never repeats a URL that holds credentials
 */
export function parseBaseUrl(text: string): string {
  const shown = text.includes('@') ? 'it' : `'${text}'`;
  const url = urlIn(text.trim());
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw setupMistake(`the Jenkins URL must be a whole http:// or https:// address, but ${shown} is not`);
  }
  if (url.username !== '' || url.password !== '') {
    throw setupMistake(`the Jenkins URL has credentials in it (${url.host}): remove them, the secret has them`);
  }
  if (url.search !== '' || url.hash !== '') {
    throw setupMistake(`the Jenkins URL ends in a query or fragment (${url.host}${url.pathname}): remove that`);
  }
  return url.origin + url.pathname.replace(/\/{2,}/g, '/').replace(/\/$/, '');
}

/**
 * Where the job of this full name is. `a/b` is job `b` in folder `a`; a path or a whole URL copied from the browser
 * (`/view/all/job/a/job/b/`) is understood too. A branch's name is written as Jenkins shows it in the URL's name:
 * `web/feature%2Fx` is branch `feature/x` of `web`.
 *
 * @throws JenkinsFailure misconfigured
 */
export function placeOfJob(base: string, job: string): JobPlace {
  const names = namesOfJob(base, job);
  if (names.length === 0 || names.some((name) => name === '.' || name === '..')) {
    throw new JenkinsFailure('misconfigured', `'${job}' is not the full name of a job: write it like folder/job`);
  }
  return { names, url: base + names.map((name) => `/job/${encodeURIComponent(name)}`).join('') };
}

function namesOfJob(base: string, job: string): string[] {
  const text = job.trim();
  if (/^https?:\/\//i.test(text)) {
    const path = text.startsWith(`${base}/`) ? text.slice(base.length) : undefined;
    const names = path === undefined ? undefined : namesInPath(path);
    if (names === undefined)
      throw new JenkinsFailure('misconfigured', `the job is given as a URL that is not below ${base}`);
    return names;
  }
  return namesInPath(text) ?? segments(text);
}

/** The names in `…/job/a/job/b` with any views left out; `undefined` when it is not written like that. */
function namesInPath(path: string): string[] | undefined {
  const parts = segments(path);
  // `a/job/b`: the first `job/` was left out when it was copied
  if (parts.length >= 3 && parts.length % 2 === 1 && parts.every((part, i) => i % 2 === 0 || part === 'job')) {
    parts.unshift('job');
  }
  if (parts.length === 0 || parts.length % 2 === 1) return undefined;
  const names: string[] = [];
  for (let i = 0; i < parts.length; i += 2) {
    if (parts[i] === 'job') names.push(decoded(parts[i + 1] ?? ''));
    else if (parts[i] !== 'view') return undefined;
  }
  return names.length > 0 && parts[parts.length - 2] === 'job' ? names : undefined;
}

function segments(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}

/** A name out of a URL. No name has a slash, so one that would get one was not encoded to begin with. */
function decoded(segment: string): string {
  try {
    const name = decodeURIComponent(segment);
    return name.includes('/') ? segment : name;
  } catch {
    return segment;
  }
}

/**
 * Whether two addresses are of one Jenkins: scheme, host, port and path, however they are spelled. What `URL` leaves
 * apart is the dot at a host's end, which says the same name in full.
 *
 * @param one, other as `parseBaseUrl` gives them
 */
export function isSameJenkins(one: string, other: string): boolean {
  return withoutRootDot(one) === withoutRootDot(other);
}

function withoutRootDot(base: string): string {
  const { protocol, hostname, port, pathname } = new URL(base);
  return `${protocol}//${hostname.replace(/\.$/, '')}:${port}${pathname}`;
}

/**
 * Whether a request goes to a job that is `prefix` or in it: to a part of it, or to something that is of no job, such
 * as the queue. A prefix ends where a name does: `shop` is not the beginning of `shop-admin`.
 *
 * @param url of a request below `base`
 */
export function isWithinJobs(base: string, url: string, prefixes: readonly string[]): boolean {
  const path = new URL(url).pathname.slice(new URL(base).pathname.replace(/\/$/, '').length);
  const parts = segments(path);
  if (!parts.includes('job')) return true;
  const names: string[] = [];
  for (let i = 0; parts[i] === 'job' && i + 1 < parts.length; i += 2) names.push(decoded(parts[i + 1] ?? ''));
  return prefixes.some((prefix) => {
    const wanted = namesOfJob(base, prefix);
    return wanted.length > 0 && wanted.length <= names.length && wanted.every((name, i) => name === names[i]);
  });
}

/** Whether a job's URL, as Jenkins writes it, is of another job than `names`. `false` when it cannot be told. */
export function isOtherJob(url: string | undefined, names: readonly string[]): boolean {
  if (url === undefined) return false;
  const from = url.search(/\/(view|job)\//);
  const found = from < 0 ? undefined : namesInPath(url.slice(from));
  // only the end is compared: the root URL in Jenkins' configuration may have a path that looks like a folder
  return found !== undefined && found.slice(-names.length).join('\n') !== names.join('\n');
}

/** The id in `…/queue/item/<id>/`, as text; only the path counts, not its origin. */
export function queueIdIn(url: string | undefined): string | undefined {
  return /\/queue\/item\/([1-9]\d*)\/?(?:[?#].*)?$/.exec(url ?? '')?.[1];
}

export function queueItemUrl(base: string, id: string): string {
  return `${base}/queue/item/${id}/`;
}

export function buildUrl(job: JobPlace, number: number): string {
  return `${job.url}/${number}/`;
}
