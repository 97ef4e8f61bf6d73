import type { BuildRecord } from '../../model/build-record';
import type { Job } from '../../model/job';
import type { Call } from '../call';
import { folderBean } from '../export/job-bean';
import type { HttpResponse } from '../messages';
import { jobPage, listPage } from '../pages/list-pages';
import { jobNames } from '../paths';
import { configXml } from '../export/config-xml';
import { buildWithForm, buildWithParameters } from './trigger';
import { buildRoute } from './build';

const permalinks: Record<string, (build: BuildRecord) => boolean> = {
  lastBuild: () => true,
  lastCompletedBuild: (record) => !record.inProgress,
  lastSuccessfulBuild: (record) => !record.inProgress && record.result === 'SUCCESS',
  lastFailedBuild: (record) => !record.inProgress && record.result === 'FAILURE',
};

/** Everything below `/job`: folders, jobs and their builds. */
export function jobRoute(call: Call, segments: readonly string[]): HttpResponse {
  const { names, rest } = jobNames(segments);
  // An encoded slash is part of one name, and no name has one.
  if (names.some((name) => name.includes('/'))) throw call.notFound();
  const name = names.join('/');
  const job = call.site.model.findJob(name);
  if (job === undefined) return folderRoute(call, name, rest.join('/'));
  call.needsToRead(job);
  return actionRoute(call, job, rest);
}

function actionRoute(call: Call, job: Job, rest: readonly string[]): HttpResponse {
  const [first = '', ...others] = rest;
  switch (rest.join('/')) {
    case '':
      return call.page(jobPage(job, call.rootUrl));
    case 'api/json':
      return call.json(call.job(job));
    case 'config.xml':
      call.needs('hudson.model.Item.ExtendedRead');
      return configXml(job);
    case 'build':
      return buildWithForm(call, job);
    case 'buildWithParameters':
      return buildWithParameters(call, job);
    default: {
      const record = findBuild(job, first);
      if (record === undefined) throw call.notFound();
      return buildRoute(call, job, record, others);
    }
  }
}

function findBuild(job: Job, name: string): BuildRecord | undefined {
  if (/^\d+$/.test(name)) return job.find(Number(name));
  const matches = permalinks[name];
  return matches && job.builds.find(matches);
}

function folderRoute(call: Call, name: string, action: string): HttpResponse {
  const jobs = call.site.model.jobs.filter((job) => job.name.startsWith(`${name}/`));
  if (jobs.length === 0 || !call.site.access.allows('hudson.model.Item.Read')) throw call.notFound();
  switch (action) {
    case '':
      return call.page(listPage(name, jobs, call.rootUrl));
    case 'api/json':
      return call.json(folderBean(name, () => jobs.map((job) => call.job(job)), call.rootUrl));
    default:
      throw call.notFound();
  }
}
