import { NamedError } from '../../../../shared/named-error';
import type { JenkinsAnswer, CallOutcome, Silence } from './http';
import { looksLikeHtml, shortLine, failureOfAnswer } from './http-status';
import { fieldsOf, parseExact, type Fields } from './json';
import { titleOf } from './error-page';
import { JenkinsFailure } from '../jenkins-failure';

/**
 * The JSON object that was asked for; `undefined` after a 404.
 *
 * @throws JenkinsFailure unavailable, refused, faulty
 */
export function readUnlessMissing(outcome: CallOutcome): Fields | undefined {
  if (outcome.kind === 'silence') throw failureOfSilence(outcome);
  if (outcome.status === 404) return undefined;
  if (outcome.status >= 200 && outcome.status < 300) return fieldsIn(outcome);
  throw failureOfAnswer(outcome);
}

/** @throws JenkinsFailure as above, and refused after a 404 */
export function readAnswer(outcome: CallOutcome): Fields {
  const fields = readUnlessMissing(outcome);
  if (fields === undefined) throw failureOfAnswer(outcome as JenkinsAnswer);
  return fields;
}

function fieldsIn(answer: JenkinsAnswer): Fields {
  const text = answer.body.toString('utf8');
  if (answer.end !== 'whole') {
    const what = answer.end === 'capped' ? `is larger than ${answer.body.length} bytes` : 'broke off';
    throw new JenkinsFailure('unavailable', `the answer of ${answer.url} ${what}`);
  }
  if (looksLikeHtml(answer, text)) {
    const title = shortLine(titleOf(text), 100);
    throw new JenkinsFailure(
      'refused',
      `${answer.url} answered with a web page instead of JSON${title === '' ? '' : ` ('${title}')`}: ` +
        'a proxy before Jenkins may want its own sign-in, or the URL is wrong',
    );
  }
  try {
    const value = parseExact(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return fieldsOf(value);
  } catch {
    // reported below: a SyntaxError quotes the text that it met
  }
  // What begins as JSON broke off on its way. Anything else may be chance once; what stays so is not Jenkins.
  const kind = /^\s*(\{|$)/.test(text) ? 'unavailable' : 'faulty';
  throw new JenkinsFailure(kind, `the answer of ${answer.url} is not the requested JSON, or incomplete`);
}

/** What no answer means for a request that reads. */
export function failureOfSilence(silence: Silence): JenkinsFailure {
  const { url, code } = silence;
  const cause = causeOf(silence);
  const tls = /CERT|LEAF_SIGNATURE/.test(code);
  if (tls) {
    const advice = 'configure its CA, or use the name that is in it';
    return new JenkinsFailure('refused', `the certificate of ${url} is not trusted (${code}): ${advice}`, { cause });
  }
  if (/^(EPROTO|ERR_SSL_)/.test(code)) {
    return new JenkinsFailure('refused', `${url} does not speak TLS (${code}): use http, or another port`, { cause });
  }
  const lasting = adviceIfLasting(code);
  const said = `no answer from ${url}: ${silence.detail} (${code})`;
  return lasting === undefined
    ? new JenkinsFailure('unavailable', said, { cause })
    : new JenkinsFailure('faulty', `${said}: ${lasting}`, { cause });
}

/** What no restart ends, though an outage of DNS or a proxy looks the same for a moment; `undefined`: it may be one. */
function adviceIfLasting(code: string): string | undefined {
  if (code === 'ENOTFOUND') return 'DNS has no such host: check the name in the URL, and the zones of the VPC';
  return code.startsWith('HPE_') ? 'what listens there does not speak HTTP: check the port in the URL' : undefined;
}

/** An error that can be shown: only the code and the message, which axios' own would carry the token beside. */
function causeOf({ code, detail }: Silence): Error {
  return new NamedError(code, detail, { fault: 'environment' });
}
