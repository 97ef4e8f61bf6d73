import type { BuildRecord } from '../../model/build-record';
import type { Job } from '../../model/job';
import type { Call } from '../call';
import { redirect, type HttpResponse } from '../messages';
import { buildPage } from '../pages/build-page';
import { consoleText, progressiveText } from './log';

/** Everything below `/job/…/N`. */
export function buildRoute(call: Call, job: Job, build: BuildRecord, rest: readonly string[]): HttpResponse {
  switch (rest.join('/')) {
    case '':
      return call.page(buildPage(build, call.rootUrl));
    case 'api/json':
      return call.json(call.build(job, build));
    case 'logText/progressiveText':
      return progressiveText(call, build);
    case 'consoleText':
      return consoleText(build);
    case 'stop':
      return stop(call, build);
    case 'term':
    case 'kill':
      return kill(call, job, build);
    default:
      throw call.notFound();
  }
}

/** Always 302, also for a build that has ended (FACTS.md, 0, point 10). */
function stop(call: Call, build: BuildRecord): HttpResponse {
  call.needs('hudson.model.Item.Cancel');
  call.needsPost();
  call.site.model.stop(build, call.user ?? 'anonymous');
  return redirect(302, call.headers.referer ?? call.location(build.path));
}

/** Of pipelines only. */
function kill(call: Call, job: Job, build: BuildRecord): HttpResponse {
  if (!job.pipeline) throw call.notFound();
  call.needs('hudson.model.Item.Cancel');
  call.needsPost();
  call.site.model.kill(build);
  return redirect(302, call.location(build.path));
}
