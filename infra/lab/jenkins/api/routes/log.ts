import { withoutNotes } from '../../model/build-log';
import type { BuildRecord } from '../../model/build-record';
import type { Call } from '../call';
import { plainText, type HttpResponse } from '../messages';

/** The longest piece of a log in one answer. */
const mostLines = 10_000;

/**
 * `logText/progressiveText`. `X-Text-Size` counts bytes of the log file; the body has other line ends and no console
 * notes, so its length says nothing (FACTS.md, 5).
 */
export function progressiveText(call: Call, build: BuildRecord): HttpResponse {
  const log = build.rawLog;
  const asked = Number(call.form.first('start') ?? '0');
  if (!Number.isInteger(asked)) throw call.oops();
  // Beyond the end is as good as from the beginning: the log may have been rotated.
  const start = asked < 0 || asked > log.length ? 0 : asked;
  const end = endOfPiece(log, start);
  const body = withoutNotes(log.subarray(start, end).toString()).replaceAll('\n', '\r\n');
  return plainText(body, {
    'X-Text-Size': String(end),
    ...((build.inProgress || end < log.length) && { 'X-More-Data': 'true' }),
  });
}

/** `consoleText`: always all of it. */
export function consoleText(build: BuildRecord): HttpResponse {
  return plainText(build.log);
}

function endOfPiece(log: Buffer, start: number): number {
  let end = start;
  for (let lines = 0; lines < mostLines; lines += 1) {
    const lineEnd = log.indexOf('\n', end);
    if (lineEnd < 0) return log.length;
    end = lineEnd + 1;
  }
  return end;
}
