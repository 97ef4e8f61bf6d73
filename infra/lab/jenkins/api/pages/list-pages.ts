import type { Job } from '../../model/job';
import { escapeHtml } from './html';

export function listPage(title: string, jobs: readonly Job[], rootUrl: string): { title: string; body: string } {
  const items = jobs.map((job) => `<li>${link(rootUrl + job.path, job.name)}</li>`);
  return { title, body: `<h1>${escapeHtml(title)}</h1>\n<ul>${items.join('\n')}</ul>` };
}

export function jobPage(job: Job, rootUrl: string): { title: string; body: string } {
  const rows = job.builds.slice(0, 100).map((build) => {
    const state = build.inProgress ? 'running' : (build.result ?? '');
    const started = new Date(build.startedAt).toISOString();
    return `<tr><td>${link(rootUrl + build.path, `#${build.number}`)}</td><td>${state}</td><td>${started}</td></tr>`;
  });
  const state = job.buildable ? '' : '<p>disabled</p>';
  const builds = rows.length === 0 ? '<p>no builds yet</p>' : `<table>${rows.join('\n')}</table>`;
  return { title: job.name, body: `<h1>${escapeHtml(job.name)}</h1>\n${state}${builds}` };
}

function link(url: string, text: string): string {
  return `<a href="${escapeHtml(url)}">${escapeHtml(text)}</a>`;
}
