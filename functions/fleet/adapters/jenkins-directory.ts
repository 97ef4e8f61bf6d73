import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Clock } from '../../shared/clock';
import type { JenkinsSettings } from '../contracts/settings';
import type { Jenkins } from '../ports/jenkins';
import { createSecretCredentials } from './aws/secret-credentials';
import { createJenkins } from './jenkins';

/**
 * Finds the client of the Jenkins that settings name. Groups can have different ones, and settings can change while
 * a function stays warm; the credentials are kept with the client.
 */
export function createJenkinsDirectory(options: {
  secrets: SecretsManagerClient;
  clock: Clock;
}): (settings: JenkinsSettings) => Jenkins {
  const clients = new Map<string, Jenkins>();
  return (settings) => {
    const { url, credentialsSecret, caCertificate } = settings;
    const key = JSON.stringify([url, credentialsSecret, caCertificate]);
    const client =
      clients.get(key) ??
      createJenkins({
        url,
        credentials: createSecretCredentials(options.secrets, credentialsSecret),
        clock: options.clock,
        ...(caCertificate === undefined ? {} : { ca: caCertificate }),
      });
    clients.set(key, client);
    return client;
  };
}
