import { NamedError } from '../../../../../functions/shared/named-error';
import { startedBy } from '../../model/cause';
import type { Job } from '../../model/job';
import { createValues, type ParameterValue, type SubmittedForm } from '../../model/parameter-values';
import type { Call } from '../call';
import { parseDelay } from '../form';
import { redirect, type HttpResponse } from '../messages';
import { submittedJson } from './submitted-json';

type ScheduleResult = ReturnType<Call['site']['model']['schedule']>;

/** `POST buildWithParameters`, in Jenkins' order of checks; nothing has happened before `schedule` (FACTS.md, 1.2). */
export function buildWithParameters(call: Call, job: Job): HttpResponse {
  checkMayBuild(call, job);
  if (job.parameters.length === 0) {
    throw call.site.core.notParameterizedIs400 ? call.refusal(400, `${job.name} is not parameterized`) : call.oops();
  }
  const scheduled = schedule(call, job, valuesOf(call, job, call.form.values));
  if (scheduled === undefined) return redirect(302, call.location(job.path));
  const merged = !scheduled.created && call.site.core.seeOtherOnMerge;
  return redirect(merged ? 303 : 201, call.location(scheduled.item.path));
}

/** `POST build`: what the UI's form uses, and for jobs without parameters. */
export function buildWithForm(call: Call, job: Job): HttpResponse {
  checkMayBuild(call, job);
  if (job.parameters.length > 0) return buildForm(call, job);
  const scheduled = schedule(call, job, []);
  return scheduled === undefined
    ? redirect(302, call.location(job.path))
    : redirect(201, call.location(scheduled.item.path));
}

/** Its `Location` is the job's page, so that the build cannot be followed (FACTS.md, 0, point 2). */
function buildForm(call: Call, job: Job): HttpResponse {
  const json = call.form.first('json');
  if (json === undefined) {
    const isForm = (call.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
    throw call.refusal(400, isForm ? 'Nothing is submitted' : 'This page expects a form submission');
  }
  const submitted = submittedJson(json);
  if (submitted === undefined) throw call.oops();
  const scheduled = schedule(call, job, valuesOf(call, job, submitted));
  return redirect(scheduled?.created ? 201 : 302, call.location(job.path));
}

function checkMayBuild(call: Call, job: Job): void {
  if (call.request.method === 'POST') call.site.posts.add(job.name, 'received');
  call.needs('hudson.model.Item.Build');
  call.needsPost();
  if (job.buildable) return;
  throw call.site.core.notBuildableIs409 ? call.refusal(409, `${job.name} is not buildable`) : call.oops();
}

function valuesOf(call: Call, job: Job, submitted: SubmittedForm): ParameterValue[] {
  try {
    return createValues(job.parameters, submitted);
  } catch (error) {
    if (error instanceof NamedError && error.name === 'IllegalParameter') throw call.oops();
    throw error;
  }
}

function schedule(call: Call, job: Job, values: readonly ParameterValue[]): ScheduleResult {
  const { model, posts } = call.site;
  const delay = call.form.first('delay');
  const delayMs = delay === undefined ? undefined : parseDelay(delay);
  if (delay !== undefined && delayMs === undefined) throw call.oops();
  const scheduled = model.schedule(job, values, startedBy(call.user), delayMs);
  if (scheduled !== undefined) posts.add(job.name, scheduled.created ? 'created' : 'merged');
  return scheduled;
}
