import type { Random } from '../../../../functions/shared/random';
import type { JenkinsModel } from '../model/jenkins-model';
import type { Access } from './access';
import type { CoreFeatures } from './core-version';
import type { PostCounts } from './post-counts';

/** What every route works with: one Jenkins, as it is configured. */
export interface Site {
  readonly model: JenkinsModel;
  readonly random: Random;
  readonly core: CoreFeatures;
  readonly access: Access;
  readonly posts: PostCounts;
  /** '' or `/jenkins`. */
  readonly contextPath: string;
  /** The configured "Jenkins URL" with a slash at its end; `url` fields start with it. */
  readonly rootUrl: string | undefined;
  /** What `Location` headers start with, when it is not what the client called. */
  readonly locationOrigin: string | undefined;
}
