import type { Call } from '../call';
import { singleBean } from '../export/bean';
import type { HttpResponse } from '../messages';
import { listPage } from '../pages/list-pages';

/** `/` and `/api/json`. */
export function rootRoute(call: Call, action: string): HttpResponse {
  const { access, model } = call.site;
  const jobs = access.allows('hudson.model.Item.Read') ? model.jobs : [];
  if (action === '') return call.page(listPage('Jenkins (stand-in)', jobs, call.rootUrl));
  if (action !== 'api/json') throw call.notFound();
  return call.json(
    singleBean('hudson.model.Hudson', {
      jobs: () => jobs.map((job) => call.job(job)),
      mode: () => 'NORMAL',
      nodeName: () => '',
      numExecutors: () => model.dispatcher.executors,
      quietDownReason: () => null,
      quietingDown: () => model.dispatcher.quieting,
      url: () => call.rootUrl,
      useCrumbs: () => call.user !== undefined,
      useSecurity: () => call.user !== undefined,
    }),
  );
}
