import { actions } from './actions';
import { buildsEnd } from './builds-end';
import type { Checker } from './checker';
import { errors } from './errors';
import { foreign } from './foreign';
import { freed } from './freed';
import { holders } from './holders';
import { holds } from './holds';
import { hooks } from './hooks';
import { names } from './names';
import { neighbours } from './neighbours';
import { oneBuild } from './one-build';
import { reports } from './reports';
import { secrets } from './secrets';
import { service } from './service';
import { unserved } from './unserved';

export type { Checker } from './checker';

/** What is checked after every event. What has to be so in the end is in `settles.ts`. */
export const checkers: readonly Checker[] = [
  holders,
  names,
  service,
  oneBuild,
  actions,
  foreign,
  reports,
  freed,
  buildsEnd,
  holds,
  hooks,
  secrets,
  errors,
  neighbours,
  unserved,
];
