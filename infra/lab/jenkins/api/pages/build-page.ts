import type { BuildRecord } from '../../model/build-record';
import { escapeHtml } from './html';

/** A build as a person sees it who follows a link out of the lab. */
export function buildPage(build: BuildRecord, rootUrl: string): { title: string; body: string } {
  const title = `${build.job} #${build.number}`;
  const parameters = build.visibleValues.map(({ name, type, value }) =>
    row(name, type === 'password' ? '********' : value),
  );
  return {
    title,
    body: `<h1>${escapeHtml(title)}</h1>
<table>
${row('Result', build.inProgress ? progress(build) : (build.result ?? ''))}
${row('Started', new Date(build.startedAt).toISOString())}
${row('Took', `${(build.elapsedMs / 1000).toFixed(1)} s`)}
${row('Why', [...new Set(build.causes.map((cause) => cause.text))].join(', '))}
</table>
<h2>Parameters</h2>
<table>
${parameters.join('\n') || '<tr><td>none</td></tr>'}
</table>
<h2>Log</h2>
<pre>${escapeHtml(build.log)}</pre>
<p><a href="${rootUrl}${build.path}consoleText">log as plain text</a> · <a href="${rootUrl}${build.path}api/json">JSON</a></p>
<p><small>A stand-in for Jenkins, in a lab: nothing was really built.</small></p>`,
  };
}

function progress(build: BuildRecord): string {
  const soFar = build.result === null ? 'running' : `${build.result}, finishing`;
  if (build.estimatedMs <= 0) return soFar;
  return `${soFar}, ${Math.min(99, Math.floor((100 * build.elapsedMs) / build.estimatedMs))} %`;
}

function row(name: string, value: string): string {
  return `<tr><th>${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`;
}
