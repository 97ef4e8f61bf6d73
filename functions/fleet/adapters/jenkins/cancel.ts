import { failureOfSilence } from './transport/read-answer';
import { describeAnswer, redirectTarget, failureOfAnswer } from './transport/http-status';
import type { CallOutcome, JenkinsSession } from './transport/http';

/**
 * Takes an item out of the queue. What Jenkins answers says little: 302 always before 2.211, 404 and 500 for one that
 * has started in the meantime. The caller has to look again.
 *
 * @returns what Jenkins said if it refused. @throws JenkinsFailure
 */
export async function cancelItem(session: JenkinsSession, base: string, id: string): Promise<string | undefined> {
  const url = `${base}/queue/cancelItem`;
  return refusalIn(await session.send({ method: 'POST', url, query: { id }, form: {}, limit: 64 * 1024 }), [404, 500]);
}

/** Asks a build to stop; it ends when it wants. Jenkins answers 302, also when there is nothing (any more) to stop. */
export async function stopBuild(session: JenkinsSession, buildUrl: string): Promise<string | undefined> {
  return refusalIn(await session.send({ method: 'POST', url: `${buildUrl}stop`, form: {}, limit: 64 * 1024 }), [404]);
}

function refusalIn(outcome: CallOutcome, late: readonly number[]): string | undefined {
  if (outcome.kind === 'silence') throw failureOfSilence(outcome);
  const { status } = outcome;
  if (status < 300 || late.includes(status)) return undefined;
  if (status < 400) {
    const target = redirectTarget(outcome);
    if (target?.kind === 'login' || target?.kind === 'moved') throw failureOfAnswer(outcome);
    return undefined;
  }
  // Job/Cancel is missing. It may still end by itself, so that is no reason to give up.
  if (status === 403 || status === 422) return describeAnswer(outcome);
  throw failureOfAnswer(outcome);
}
