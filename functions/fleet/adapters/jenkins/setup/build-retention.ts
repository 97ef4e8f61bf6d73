import { readAnswer, readUnlessMissing } from '../transport/read-answer';
import type { JenkinsSession } from '../transport/http';
import { buildNumberOf, fieldsOf, listOf, numberOf } from '../transport/json';
import { parseJob, trees } from '../models';

/** What is to be seen of the builds that a job keeps. */
export interface Retention {
  /** Only `config.xml` has the number, and only who has Job/ExtendedRead sees that. */
  readonly keeps: number | undefined;
  /** How many there are, if Jenkins lists all and earlier ones are gone: about what it keeps. */
  readonly seems: number | undefined;
  readonly running: number;
  /** The longest build of late; `undefined` when there was none. */
  readonly longestMs: number | undefined;
  readonly nextNumber: number;
}

export type RetentionVerdict = { readonly kind: 'enough' | 'warn' | 'refuse'; readonly reason: string };

/** `builds` never lists more. */
const listed = 100;
/** Jenkins shows the result in the queue item, also of a discarded build, for 5 min after the build's start. */
const shownMs = 240_000;

/** @throws JenkinsFailure */
export async function readRetention(session: JenkinsSession, jobUrl: string): Promise<Retention> {
  const config = await session.send({ method: 'GET', url: `${jobUrl}/config.xml`, accept: 'application/xml' });
  const tree = `nextBuildNumber,builds[number,building,duration,estimatedDuration]{0,${listed}}`;
  const answer = await session.send({ method: 'GET', url: `${jobUrl}/api/json`, query: { tree } });
  const fields = readUnlessMissing(answer) ?? {};
  const builds = listOf(fields['builds']).map(fieldsOf);
  const nextNumber = buildNumberOf(fields['nextBuildNumber']) ?? 1;
  const lengths = builds.flatMap((build) => [
    numberOf(build['duration']) ?? 0,
    numberOf(build['estimatedDuration']) ?? 0,
  ]);
  const longestMs = Math.max(0, ...lengths);
  return {
    keeps: config.kind === 'answer' && config.status === 200 ? keptBy(config.body.toString('utf8')) : undefined,
    seems: builds.length > 0 && builds.length < Math.min(listed, nextNumber - 1) ? builds.length : undefined,
    running: builds.filter((build) => build['building'] === true).length,
    longestMs: longestMs > 0 ? longestMs : undefined,
    nextNumber,
  };
}

/**
 * `-1`, like no number, keeps all; other strategies than Jenkins' own write the same element. A job can have several that
 * discard (its own setting and a plugin's step after the build), in any order: the one that keeps fewest decides.
 */
function keptBy(xml: string): number | undefined {
  const numbers = [...xml.matchAll(/<numToKeep>([1-9]\d*)<\/numToKeep>/g)].map(([, digits]) => Number(digits));
  return buildNumberOf(Math.min(...numbers));
}

/**
 * Whether a build's record stays until its result is read. Of so many builds at once, each can be pushed out by the
 * others in the instant of its end; a short one's result can be read from its queue item even then.
 */
export function judgeRetention(retention: Retention, atOnce: number): RetentionVerdict {
  const { keeps, seems, longestMs } = retention;
  const needed = Math.max(atOnce, retention.running + 1);
  const kept = keeps ?? seems;
  if (kept === undefined || kept >= needed) return { kind: 'enough', reason: 'its builds are kept' };
  const short = longestMs !== undefined && longestMs < shownMs;
  const reason = `${saysHowMany(retention)}, and ${needed} may be built at once: ${advice(needed)}`;
  return { kind: keeps === undefined || short ? 'warn' : 'refuse', reason };
}

/** Why a build that was there is not there any more, and what to change; '' when Jenkins shows nothing of it. */
export function explainLoss(retention: Retention, discards: boolean, number: number, atOnce: number): string {
  const { keeps, seems, nextNumber } = retention;
  if (nextNumber <= number) {
    return `; the next build will be #${nextNumber}, so Jenkins was restored to an older state: check the build there`;
  }
  // One that fewer have followed than are kept was not discarded.
  if (!discards || nextNumber - number <= (keeps ?? seems ?? Infinity))
    return '; its record was deleted, or lost when Jenkins went down';
  return `; ${saysHowMany(retention)}: ${advice(Math.max(atOnce, nextNumber - number))}`;
}

function saysHowMany({ keeps, seems }: Retention): string {
  return keeps === undefined
    ? `the job seems to keep only about ${seems ?? 0} builds`
    : `the job keeps only ${keeps} builds`;
}

function advice(needed: number): string {
  return `set 'Max # of builds to keep' of its 'Discard old builds' to ${2 * needed} or more, or leave it empty`;
}

/** What Jenkins still shows of why a build is gone. It says nothing rather than throw: the build is lost either way. */
export async function explainMissingBuild(
  session: JenkinsSession,
  url: string,
  number: number | undefined,
  atOnce: () => Promise<number>,
): Promise<string> {
  if (number === undefined) return '';
  try {
    const answer = await session.send({ method: 'GET', url: `${url}/api/json`, query: { tree: trees.job } });
    const { discards } = parseJob(readAnswer(answer));
    return explainLoss(await readRetention(session, url), discards, number, await atOnce());
  } catch {
    return '';
  }
}
