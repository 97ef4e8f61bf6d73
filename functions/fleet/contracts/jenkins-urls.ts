import * as z from '../../shared/schema';
import { parseVariable } from '../../shared/environment';

/**
 * The addresses that a deployment allows for each secret, by the secret's name or ARN as its settings say it. Deployed
 * from infra/config as `JENKINS_URLS`, where those who may only change settings cannot reach it.
 */
export const jenkinsUrls = z.record(z.string(), z.array(z.string()));
export type JenkinsUrls = Record<string, string[]>;

/** Bytes of it at most: Lambda takes 4 KB of environment for one function, and the rest of it has names and ARNs. */
export const largestJenkinsUrls = 3000;

/** @throws EnvironmentInvalid for a text that no deployment writes */
export function parseJenkinsUrls(text: string): JenkinsUrls {
  return parseVariable(jenkinsUrls, text, 'JENKINS_URLS');
}

/** What the settings of groups, as they are deployed, use each secret for. */
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
