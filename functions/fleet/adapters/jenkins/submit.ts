import type { BuildRequest } from '../../ports/jenkins';
import { failureOfSilence } from './transport/read-answer';
import { describeAnswer, describeRedirect, loggingId, redirectTarget } from './transport/http-status';
import type { JenkinsAnswer, Call, CallOutcome, Silence } from './transport/http';
import { JenkinsFailure } from './jenkins-failure';
import { queueIdIn, type JobPlace } from './transport/urls';

/** What the answer to the POST proves. */
export type PostVerdict =
  /** It is in the queue, under this id (also when Jenkins merged it with an equal one that was there already). */
  | { readonly kind: 'queued'; readonly queueId: string }
  /** Accepted, but the answer has no id: look it up, and never post it again. */
  | { readonly kind: 'untracked'; readonly reason: string }
  /** Nothing was posted. */
  | { readonly kind: 'noEffect'; readonly failure: JenkinsFailure }
  /** Declined, as far as the answer goes: look it up to be sure. */
  | { readonly kind: 'declined'; readonly reason: string }
  /** A mistake that posting again repeats: look it up to be sure. */
  | { readonly kind: 'failed'; readonly failure: JenkinsFailure }
  /** It may have been processed: look it up, twice, before it is posted again. */
  | { readonly kind: 'unknown'; readonly reason: string };

export function postCall(job: JobPlace, { parameters, correlation }: BuildRequest): Call {
  return {
    method: 'POST',
    url: `${job.url}/buildWithParameters`,
    // with the unit: a bare number is milliseconds; without it, the job's quiet period
    query: { delay: '0sec' },
    form: { ...parameters, [correlation.parameter]: correlation.value },
    limit: 64 * 1024,
  };
}

/** @param repeated whether it was posted before: then a fault of Jenkins itself is not chance any more */
export function judgePost(outcome: CallOutcome, repeated: boolean): PostVerdict {
  if (outcome.kind === 'silence') return judgeSilence(outcome);
  const { status, headers } = outcome;
  const queueId = queueIdIn(headers['location']);
  if (queueId !== undefined && status >= 200 && status < 400) return { kind: 'queued', queueId };
  if (status === 201) {
    return { kind: 'untracked', reason: `${outcome.url} accepted the build but named no queue item` };
  }
  if (status >= 300 && status < 400) return judgeRedirect(outcome);
  if (status === 408 || status >= 500) return judgeFault(outcome, repeated);
  if (status >= 400) {
    const kind = status === 429 ? 'unavailable' : 'misconfigured';
    return { kind: 'noEffect', failure: new JenkinsFailure(kind, describeAnswer(outcome)) };
  }
  return judgeOddSuccess(outcome);
}

function judgeSilence(silence: Silence): PostVerdict {
  const { url, code, detail, delivered } = silence;
  if (delivered === 'unknown') return { kind: 'unknown', reason: `the answer of ${url} was lost: ${detail} (${code})` };
  const { kind, message, cause } = failureOfSilence(silence);
  const known = kind === 'refused' ? 'misconfigured' : 'unavailable';
  return { kind: 'noEffect', failure: new JenkinsFailure(known, message, cause instanceof Error ? { cause } : {}) };
}

function judgeRedirect(answer: JenkinsAnswer): PostVerdict {
  const target = redirectTarget(answer);
  if (target === undefined) return { kind: 'unknown', reason: describeRedirect(answer) };
  const { status } = answer;
  const sameOrigin = new URL(target.to).origin === new URL(answer.url).origin;
  // compared from `/job/` on: Jenkins may see itself under another origin and context path than we do
  const jobPath = /\/job\/.*$/.exec(new URL('.', answer.url).pathname)?.[0] ?? '';
  const toJob = `${new URL(target.to).pathname.replace(/\/$/, '')}/`.endsWith(jobPath);
  if (toJob && (status === 302 || status === 303)) {
    return { kind: 'declined', reason: `Jenkins declined to queue a build of ${new URL('.', answer.url).href}` };
  }
  if (target.kind === 'other' && sameOrigin && (status === 302 || status === 303)) {
    return { kind: 'unknown', reason: describeRedirect(answer) };
  }
  return { kind: 'noEffect', failure: new JenkinsFailure('misconfigured', describeRedirect(answer)) };
}

/**
 * A 500 with a Logging ID comes from Jenkins itself, mostly from reading the parameters, before anything is queued.
 * It can be a blip of the user directory too, so it gets one more try. Any other 5xx may be a proxy's, which proves
 * nothing about the request behind it.
 */
function judgeFault(answer: JenkinsAnswer, repeated: boolean): PostVerdict {
  if (answer.status === 500 && repeated && loggingId(answer) !== undefined) {
    return { kind: 'failed', failure: new JenkinsFailure('misconfigured', describeAnswer(answer)) };
  }
  return { kind: 'unknown', reason: describeAnswer(answer) };
}

function judgeOddSuccess(answer: JenkinsAnswer): PostVerdict {
  const html = /html/i.test(answer.headers['content-type'] ?? '');
  if (!html) return { kind: 'unknown', reason: describeAnswer(answer) };
  const advice = 'a page instead of a queue item: a proxy before Jenkins may want its own sign-in';
  return { kind: 'failed', failure: new JenkinsFailure('misconfigured', `${describeAnswer(answer)}: ${advice}`) };
}
