import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Clock } from '../../shared/clock';
import type { JenkinsSettings } from '../contracts/settings';
import { createSecretCredentials } from './aws/secret-credentials';
import type { JenkinsOptions } from './jenkins';

/**
 * Finds the client of the Jenkins that settings name. Groups can have different ones, and settings can change while
 * a function stays warm; the credentials are kept with the client.
 *
 * @param create makes the kind of client that is wanted.
 */
export function createJenkinsDirectory<Client>(
  options: { secrets: SecretsManagerClient; clock: Clock },
  create: (options: JenkinsOptions) => Client,
): (settings: JenkinsSettings) => Client {
  const clients = new Map<string, Client>();
  return (settings) => {
    const { url, credentialsSecret, caCertificate } = settings;
    const key = JSON.stringify([url, credentialsSecret, caCertificate]);
    const client =
      clients.get(key) ??
      create({
        url,
        credentials: createSecretCredentials(options.secrets, credentialsSecret),
        clock: options.clock,
        ...(caCertificate === undefined ? {} : { ca: caCertificate }),
      });
    clients.set(key, client);
    return client;
  };
}
