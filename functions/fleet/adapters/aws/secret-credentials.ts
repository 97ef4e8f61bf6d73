import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from '../../../shared/schema';
import { isRefused, messageOf } from '../../../shared/aws-errors';
import { StepError } from '../../contracts/errors';
import type { Credentials } from '../jenkins/transport/credentials';
import { isSameJenkins, parseBaseUrl } from '../jenkins/transport/urls';

type Secret = z.output<typeof credentials>;

/**
 * What may stand in a secret. `url` and `jobs` say where its token may be used; the rest of the message never shows.
 */
const credentials = z.object({
  user: z.string().check(z.regex(/^[^:]*[^:\s][^:]*$/)),
  token: z.string().check(z.regex(/^\S(.*\S)?$/s)),
  url: z.optional(z.string().check(z.refine(isBaseUrl))),
  jobs: z.optional(z.array(z.string().check(z.regex(/[^/\s]/)))),
});

export interface SecretUse {
  /** The settings' URL: every principal that can write their parameter may have written it. */
  readonly url: string;
  /** The addresses that the deployment allows for this secret; they count where the secret itself says none. */
  readonly allowed: readonly string[];
}

/**
 * The credentials of one Jenkins out of Secrets Manager: read when first asked for, and again when asked `again`,
 * after Jenkins has refused them. They are given for the Jenkins only that the secret's `url` says or, where it says
 * none, the deployment: who can write settings cannot have the token sent to a host of their choice.
 *
 * @throws StepError `JenkinsMisconfigured`, which names the secret and never shows what is in it.
 */
export function createSecretCredentials(
  client: SecretsManagerClient,
  secretId: string,
  use: SecretUse,
): (again: boolean) => Promise<Credentials> {
  let known: Credentials | undefined;
  return async (again) => {
    if (known === undefined || again)
      known = limited(parse(await getSecret(client, secretId), secretId), secretId, use);
    return known;
  };
}

function limited({ user, token, url, jobs }: Secret, secretId: string, use: SecretUse): Credentials {
  const base = parseBaseUrl(use.url);
  const allowed = (url === undefined ? use.allowed : [url]).map(parseBaseUrl);
  if (!allowed.some((one) => isSameJenkins(one, base))) {
    const why =
      url !== undefined
        ? 'the url in the secret is another one'
        : `it has no url in it, and the deployment allows it for ${allowed.join(', ') || 'no address'} only; ` +
          'change infra/config and deploy, or put a url into the secret';
    throw new StepError('JenkinsMisconfigured', `secret ${secretId} may not be used for ${base}: ${why}`);
  }
  return { user, token, use: { base, jobs, by: `secret ${secretId}` } };
}

function isBaseUrl(text: string): boolean {
  try {
    return parseBaseUrl(text) !== '';
  } catch {
    return false;
  }
}

async function getSecret(client: SecretsManagerClient, secretId: string): Promise<string> {
  try {
    return (await client.send(new GetSecretValueCommand({ SecretId: secretId }))).SecretString ?? '';
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') {
      throw new StepError('JenkinsMisconfigured', `there is no secret ${secretId}`, { cause: error });
    }
    const text = `secret ${secretId} cannot be read: ${messageOf(error)}`;
    if (isRefused(error)) throw new StepError('JenkinsMisconfigured', text, { cause: error });
    // A passing error keeps its name.
    if (error instanceof Error) error.message = text;
    throw error;
  }
}

function parse(text: string, secretId: string): Secret {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // No cause: a JSON error quotes the text.
    throw new StepError(
      'JenkinsMisconfigured',
      `secret ${secretId} is not JSON; it is to hold {"user": …, "token": …, "url": …}`,
    );
  }
  const parsed = credentials.safeParse(value);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path }) => String(path[0] ?? '')).join(', ');
  const allowed =
    'user is to be text without a colon, token an API token with no white space around it; ' +
    'url, if there, the address of Jenkins, and jobs a list of jobs and folders';
  throw new StepError('JenkinsMisconfigured', `secret ${secretId} has no usable ${wrong || 'user, token'}: ${allowed}`);
}
