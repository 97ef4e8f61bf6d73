import { StepError } from '../../../contracts/errors';
import type { LogPart } from '../../../ports/build-logs';
import type { JenkinsOptions } from '../options';
import { failureOfSilence } from '../transport/read-answer';
import { failureOfAnswer } from '../transport/http-status';
import type { JenkinsAnswer, JenkinsSession } from '../transport/http';
import { cleanLine } from './log-tail';
import { contextOpener } from '../client-context';
import { JenkinsFailure } from '../jenkins-failure';
import { buildUrl, placeOfJob } from '../transport/urls';

/** Reads one build's console. */
export interface BuildLogReader {
  read(build: { readonly job: string; readonly number: number }, from: number): Promise<LogPart>;
}

const partBytes = 1024 * 1024;

/** The real Jenkins, for people who read logs. */
export function createBuildLog(options: JenkinsOptions): BuildLogReader {
  const openContext = contextOpener(options);
  return {
    read: async ({ job, number }, from) => {
      const { base, session } = openContext();
      try {
        const url = `${buildUrl(placeOfJob(base, job), number)}logText/progressiveText`;
        const start = from >= 0 ? from : Math.max(0, (await sizeOf(session, url)) + from);
        return partOf(await ask(session, url, start, partBytes), start);
      } catch (error) {
        if (!(error instanceof JenkinsFailure)) throw error;
        const name =
          error.kind === 'unavailable' || error.kind === 'faulty' ? 'JenkinsUnavailable' : 'JenkinsMisconfigured';
        throw new StepError(name, session.redact(error.message));
      }
    },
  };
}

/** Jenkins tells a log's size in a header of any part of it. */
async function sizeOf(session: JenkinsSession, url: string): Promise<number> {
  const { headers, body } = await ask(session, url, 0, 1024);
  return sizeIn(headers) ?? body.length;
}

async function ask(session: JenkinsSession, url: string, start: number, limit: number): Promise<JenkinsAnswer> {
  const outcome = await session.send({
    method: 'GET',
    url,
    query: { start: String(start) },
    accept: 'text/plain',
    limit,
  });
  if (outcome.kind === 'silence') throw failureOfSilence(outcome);
  if (outcome.status !== 200) throw failureOfAnswer(outcome);
  if (/html/i.test(outcome.headers['content-type'] ?? ''))
    throw new JenkinsFailure(
      'refused',
      `${url} answered with a web page instead of a log: does a proxy want its own sign-in`,
    );
  return outcome;
}

function partOf({ headers, body, end }: JenkinsAnswer, start: number): LogPart {
  const isWhole = end === 'whole';
  // Cut by our limit, or broken off, the rest is for the next call; so is a line that may not be whole.
  const usable = isWhole ? body : body.subarray(0, body.lastIndexOf(0x0a) + 1);
  const next = isWhole ? (sizeIn(headers) ?? start + body.length) : start + usable.length;
  return { text: cleanLine(usable.toString('utf8')), next, more: !isWhole || headers['x-more-data'] === 'true' };
}

function sizeIn(headers: JenkinsAnswer['headers']): number | undefined {
  const size = Number(headers['x-text-size']);
  return Number.isSafeInteger(size) && size >= 0 ? size : undefined;
}
