import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { StepError } from '../../contracts/errors';

export interface JenkinsCredentials {
  readonly user: string;
  readonly token: string;
}

const credentials = z.object({ user: z.string().min(1), token: z.string().min(1) });

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
  throw new StepError('JenkinsMisconfigured', `secret ${secretId} lacks text in: ${wrong || 'user, token'}`);
}
