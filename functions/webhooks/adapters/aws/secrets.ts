import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readSecretValue } from '../../contracts/secret';
import type { SecretSource } from '../../ports/secrets';

/** The SecretSource port on Secrets Manager. */
export function createSecretSource(client: Pick<SecretsManagerClient, 'send'>): SecretSource {
  return {
    read: async (name) => {
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name }));
      return readSecretValue(SecretString ?? '', name);
    },
  };
}
