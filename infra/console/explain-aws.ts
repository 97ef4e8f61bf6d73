import { isConnectionError, messageOf, nameOf } from './error-parts';
import { CannotLook } from './failures';

const noCredentials = /CredentialsProviderError|TokenProviderError/;
const expired = /ExpiredToken|ExpiredTokenException|RequestExpired|TokenRefreshRequired/;
const unknown = /UnrecognizedClientException|InvalidClientTokenId|InvalidSignature|SignatureDoesNotMatch|AuthFailure/;
const denied = /AccessDenied|UnauthorizedOperation|NotAuthorized/;

/** What an error of AWS means to a person who has asked for something; `undefined` for one that is no such thing. */
export function explainAws(error: unknown): CannotLook | undefined {
  const [name, message] = [nameOf(error), messageOf(error)];
  if (noCredentials.test(name)) {
    const advice = 'sign in (aws sso login, aws configure), or name a profile with --profile or AWS_PROFILE';
    return looked(`no AWS credentials: ${oneLine(message)}. To do: ${advice}`, error);
  }
  if (/Region is missing/.test(message))
    return looked('no region: say --region, or set AWS_REGION or the region of the profile', error);
  if (expired.test(name)) return looked(`the AWS credentials have expired: sign in again (aws sso login)`, error);
  if (unknown.test(name))
    return looked(`AWS does not know these credentials (${name}): is it another account's key`, error);
  if (denied.test(name)) return looked(deniedText(message), error);
  if (isConnectionError(error))
    return looked(`AWS is out of reach: ${oneLine(message)}. Is there a network, and is the region right`, error);
  return undefined;
}

function looked(message: string, cause: unknown): CannotLook {
  return new CannotLook(message, { cause });
}

/** AWS says who may not do what on what; which of Muster's two policies has it is for us to say. */
function deniedText(message: string): string {
  const action = /perform: ([\w-]+:\w+)/.exec(message)?.[1];
  const on = /on resource: (\S+)/.exec(message)?.[1];
  if (action === undefined) return `AWS does not allow it: ${oneLine(message)}`;
  const policy = isLook(action) ? 'may look' : 'may act';
  return `not allowed: ${action}${on === undefined ? '' : ` on ${on}`}. The policy "${policy}" of the deployment has it`;
}

function isLook(action: string): boolean {
  return /:(Describe|Get|List|Query|BatchGet)/.test(action);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().replace(/\.$/, '');
}
