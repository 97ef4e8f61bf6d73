import type { Jenkins } from '../../ports/jenkins';
import { Advance } from './client';
import { contextOpener } from './client-context';
import type { JenkinsOptions } from './options';

export type { Credentials, CredentialsSource } from './transport/credentials';
export type { JenkinsOptions } from './options';

/**
 * The real Jenkins.
 *
 * @throws StepError JenkinsMisconfigured when the URL or the CA cannot be used
 */
export function createJenkins(options: JenkinsOptions): Jenkins {
  const openContext = contextOpener(options);
  return { advance: (request, trace, save) => new Advance(openContext(), request, trace, save).run() };
}
