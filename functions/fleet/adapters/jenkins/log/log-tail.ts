import type { LogLimits } from '../client-context';
import { stripVTControlCharacters } from 'node:util';
import type { JenkinsAnswer, Call, JenkinsSession } from '../transport/http';

/** A log up to this size comes with the first request; of a larger one, that request only tells the size. */
const firstRead = 64 * 1024;

/**
 * The last lines of a build's log, for a person to read; `undefined` when they cannot be had. It never throws: what
 * became of the build does not depend on its log.
 *
 * Jenkins has no way to ask for the end of a log, but tells its size in a header of any part of it.
 */
export async function readLogTail(
  session: JenkinsSession,
  buildUrl: string,
  limits: LogLimits,
): Promise<string | undefined> {
  if (limits.lines === 0) return undefined;
  try {
    const start = await session.send(logCall(buildUrl, 0, Math.max(firstRead, limits.bytes)));
    if (!isLog(start)) return undefined;
    if (start.end !== 'capped') return tailOf(start.body, true, limits);

    const size = Number(start.headers['x-text-size']);
    if (!Number.isSafeInteger(size) || size <= limits.bytes) return undefined;
    const end = await session.send(logCall(buildUrl, size - limits.bytes, 2 * limits.bytes));
    return isLog(end) ? tailOf(end.body, false, limits) : undefined;
  } catch {
    return undefined;
  }
}

function logCall(buildUrl: string, start: number, limit: number): Call {
  const url = `${buildUrl}logText/progressiveText`;
  return { method: 'GET', url, query: { start: String(start) }, accept: 'text/plain', limit };
}

function isLog(outcome: Awaited<ReturnType<JenkinsSession['send']>>): outcome is JenkinsAnswer {
  return (
    outcome.kind === 'answer' &&
    outcome.status === 200 &&
    outcome.end !== 'broken' &&
    !/html/i.test(outcome.headers['content-type'] ?? '')
  );
}

/** @param fromStart whether `bytes` begins with the log's first line, so that no line or character was cut */
export function tailOf(bytes: Buffer, fromStart: boolean, limits: LogLimits): string | undefined {
  const cut = bytes.length > limits.bytes;
  const text = bytes.subarray(cut ? bytes.length - limits.bytes : 0).toString('utf8');
  const lines = cleanLine(cut || !fromStart ? withoutPartialLine(text) : text)
    .trimEnd()
    .split('\n');
  // not `slice(-lines)`: of -0 that is all of it
  const tail = lines.slice(Math.max(0, lines.length - limits.lines)).join('\n');
  return tail === '' ? undefined : tail;
}

function withoutPartialLine(text: string): string {
  const end = text.indexOf('\n');
  const whole = end < 0 ? '' : text.slice(end + 1);
  return whole.trim() === '' ? text.replace(/^\uFFFD+/, '') : whole;
}

const escape = '\u001b';
/** What Jenkins hides in a log for its own web page: `ESC[8mha:` base64 `ESC[0m`. */
const consoleNote = new RegExp(`${escape}\\[8mha:[^${escape}\\n]*${escape}\\[0m`, 'g');

/** Without what Jenkins hides in a log for its own page, colours and other control characters. */
export function cleanLine(text: string): string {
  return stripVTControlCharacters(text.replace(consoleNote, ''))
    .replace(/\r\n?/g, '\n')
    .replace(/\p{Cc}/gu, (character) => (character === '\n' || character === '\t' ? character : ''));
}
