import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Clock } from '../../shared/runtime';
import type { JenkinsUrls } from '../contracts/jenkins-urls';
import type { JenkinsSettings } from '../contracts/settings';
import { createSecretCredentials } from './aws/secret-credentials';
import type { JenkinsOptions } from './jenkins';

/**
 * Finds the client of the Jenkins that settings name. Groups can have different ones, and settings can change while
 * a function stays warm; the credentials are kept with the client.
 *
 * @param options.urls what each secret may be used for; `parseJenkinsUrls` reads it.
 * @param create makes the kind of client that is wanted.
 */
export function createJenkinsDirectory<Client>(
  options: { secrets: SecretsManagerClient; clock: Clock; urls: JenkinsUrls },
  create: (options: JenkinsOptions) => Client,
): (settings: JenkinsSettings) => Client {
  const clients = new Map<string, Client>();
  return (settings) => {
    const { url, credentialsSecret, caCertificate, logLines } = settings;
    const key = JSON.stringify([url, credentialsSecret, caCertificate, logLines]);
    const client =
      clients.get(key) ??
      create({
        url,
        credentials: createSecretCredentials(options.secrets, credentialsSecret, {
          url,
          allowed: options.urls[credentialsSecret] ?? [],
        }),
        clock: options.clock,
        ...(logLines === undefined ? {} : { logLines }),
        ...(caCertificate === undefined ? {} : { ca: caCertificate }),
      });
    clients.set(key, client);
    return client;
  };
}
