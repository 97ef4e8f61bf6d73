import { quotedIfOdd } from '../../functions/shared/notify/message-text';
import { messageOf, nameOf } from '../../functions/shared/aws-errors';
import { isConnectionError } from './error-parts';
import { CannotLook } from './failures';
import { deniedSentence } from './policies';

const noCredentials = /CredentialsProviderError|TokenProviderError/;
const expired = /ExpiredToken|ExpiredTokenException|RequestExpired|TokenRefreshRequired/;
const unknown =
  /UnrecognizedClientException|InvalidClientTokenId|InvalidSignature|SignatureDoesNotMatch|IncompleteSignature|MissingAuthenticationToken|AuthFailure/;
const denied = /AccessDenied|UnauthorizedOperation|NotAuthorized/;

/** The options of the command line that an explanation can mention. */
export interface AwsRequester {
  /** The deployment's name. */
  readonly stack: string;
  readonly profile?: string | undefined;
}

/**
 * Explains an error of AWS to the operator; `undefined` for any other error. An error of ours that was caused by an error
 * of AWS is explained like its cause.
 */
export function explainAws(error: unknown, asked: AwsRequester): CannotLook | undefined {
  return ofAccess(error, asked) ?? causeOf(error, asked) ?? ofService(error);
}

function causeOf(error: unknown, asked: AwsRequester): CannotLook | undefined {
  return error instanceof Error && error.cause instanceof Error ? ofAccess(error.cause, asked) : undefined;
}

/** Why AWS was not reached, or does not let this person in. */
function ofAccess(error: unknown, { stack, profile }: AwsRequester): CannotLook | undefined {
  const [name, message] = [nameOf(error), messageOf(error)];
  const of = profile === undefined ? '' : ` of the profile '${profile}'`;
  const as = profile === undefined ? '' : ` --profile ${quotedIfOdd(profile)}`;
  if (expired.test(name) || (noCredentials.test(name) && /expired/i.test(message)))
    return looked(`the AWS credentials${of} have expired: sign in again (aws sso login${as})`, error);
  if (noCredentials.test(name)) {
    const advice = `sign in (aws sso login${as}, aws configure${as}), or name ${profile === undefined ? 'a' : 'another'} profile with --profile or AWS_PROFILE`;
    const none = profile === undefined ? 'no AWS credentials' : `no AWS credentials in the profile '${profile}'`;
    return looked(`${none}: ${oneLine(message)}. To do: ${advice}`, error);
  }
  if (/Region is missing/.test(message))
    return looked('no region: give --region, or set AWS_REGION or the region of the profile', error);
  if (/Region not accepted/.test(message))
    return looked(`the region is not valid: ${oneLine(message)}. To do: give --region, such as eu-central-1`, error);
  if (unknown.test(name))
    return looked(
      `AWS does not know these credentials (${name}): check that they are complete and of the right account, and that the region is enabled there`,
      error,
    );
  if (denied.test(name))
    return looked(deniedSentence(message, stack) ?? `AWS does not allow it: ${oneLine(message)}`, error);
  if (isConnectionError(error))
    return looked(`AWS cannot be reached: ${oneLine(message)}. To do: check the network and the region`, error);
  return undefined;
}

/** Any other answer of a service that is an error: it has said so itself, and no line of ours is to blame. */
function ofService(error: unknown): CannotLook | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined;
  return looked(`AWS answers ${error.name}: ${oneLine(error.message)}`, error);
}

function looked(message: string, cause: unknown): CannotLook {
  return new CannotLook(message, { cause });
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().replace(/\.$/, '');
}
