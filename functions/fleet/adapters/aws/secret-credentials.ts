import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { isRefused, messageOf } from '../../../shared/aws-errors';
import { StepError } from '../../contracts/errors';

export interface JenkinsCredentials {
  readonly user: string;
  readonly token: string;
}

const credentials = z.object({ user: z.string().regex(/^[^:]*[^:\s][^:]*$/), token: z.string().regex(/^\S(.*\S)?$/s) });

/**
 * The credentials of one Jenkins out of Secrets Manager: read when first asked for, and again when asked `again`,
 * after Jenkins has refused them.
 *
 * @throws StepError `JenkinsMisconfigured`, which names the secret and never shows what is in it.
 */
export function createSecretCredentials(
  client: SecretsManagerClient,
  secretId: string,
): (again: boolean) => Promise<JenkinsCredentials> {
  let known: JenkinsCredentials | undefined;
  return async (again) => {
    if (known === undefined || again) known = parse(await getSecret(client, secretId), secretId);
    return known;
  };
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
    // What passes keeps its name.
    if (error instanceof Error) error.message = text;
    throw error;
  }
}

function parse(text: string, secretId: string): JenkinsCredentials {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // No cause: a JSON error quotes the text.
    throw new StepError(
      'JenkinsMisconfigured',
      `secret ${secretId} is not JSON; it is to hold {"user": …, "token": …}`,
    );
  }
  const parsed = credentials.safeParse(value);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path }) => path.join('.')).join(', ');
  const allowed = 'user is to be text without a colon, token an API token with no white space around it';
  throw new StepError('JenkinsMisconfigured', `secret ${secretId} has no usable ${wrong || 'user, token'}: ${allowed}`);
}
