import * as z from '../../shared/schema';
import { parseVariable } from '../../shared/environment';

/**
 * The URLs that a deployment allows for each secret. The key is the secret's name or ARN, as the settings have it. The
 * deployment writes them from infra/config into `JENKINS_URLS`, out of reach for people who may only change settings.
 */
export const jenkinsUrls = z.record(z.string(), z.array(z.string()));
export type JenkinsUrls = Record<string, string[]>;

/** The maximum size in bytes: Lambda allows 4 KB of environment for a function, and names and ARNs need the rest. */
export const largestJenkinsUrls = 3000;

/** @throws EnvironmentInvalid for a text that no deployment writes */
export function parseJenkinsUrls(text: string): JenkinsUrls {
  return parseVariable(jenkinsUrls, text, 'JENKINS_URLS');
}

/** What the deployed settings of groups use each secret for. */
export function jenkinsUrlsOf(
  groups: readonly { readonly jenkins?: { readonly url: string; readonly credentialsSecret: string } | undefined }[],
): JenkinsUrls {
  const found = new Map<string, Set<string>>();
  for (const { jenkins } of groups) {
    if (jenkins === undefined) continue;
    const urls = found.get(jenkins.credentialsSecret) ?? new Set();
    found.set(jenkins.credentialsSecret, urls.add(jenkins.url));
  }
  return Object.fromEntries([...found].map(([secret, urls]) => [secret, [...urls]]));
}
