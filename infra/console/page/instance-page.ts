import { html } from 'hono/html';
import type { Moment } from '../../../functions/fleet/domain/standing/timeline';
import type { InstanceView } from '../../../functions/fleet/operations/show';
import { lines, oneLine } from '../render/plain';
import { fromNow, utcTime, span } from '../render/time';
import { joinMarkup, groupPath, table, type Markup } from './layout';

/**
 * Everything about one instance: where it stands, what happens next, its past on a time axis.
 *
 * @param isLab its executions are in no console of AWS.
 */
export function instancePage(view: InstanceView, now: Date, isLab = false): Markup {
  const { name, group, instanceId, what, lifecycleState, fqdn, addresses, execution, hold } = view;
  return html`<h1>${oneLine(name)}</h1>
    <p data-news>${oneLine(what)}</p>
    <p class="soft">
      ${instanceId} of <a href="${groupPath(group)}">${oneLine(group)}</a>
      ${lifecycleState === undefined ? ', which does not have it' : `(${oneLine(lifecycleState)})`}
      ${fqdn === undefined ? '' : `· ${oneLine(fqdn)} ${addresses.map(oneLine).join(' ')}`}
    </p>
    ${next(view, now)} ${actions(view)}
    ${
      hold === undefined
        ? ''
        : html`<h2>Why it failed</h2>
            <pre>${lines(hold.reason).join('\n')}</pre>`
    }
    ${targets(view)} ${timeline(view.timeline, now)}
    ${
      execution === undefined
        ? ''
        : html`<p class="soft">
            Execution
            ${isLab ? oneLine(execution.name) : html`<a href="${safeLink(execution.link)}">${oneLine(execution.name)}</a>`}
            (${execution.status})
          </p>`
    }
    ${joinMarkup(view.gaps.map((gap) => html`<p class="alarm">${oneLine(gap)}</p>`))}`;
}

function next({ next: action }: InstanceView, now: Date): Markup {
  const { whose, what, deadline } = action;
  return html`<div class="next">
    <strong>Next${whose === 'none' ? '' : ` (${whose})`}:</strong> ${oneLine(what)}
    ${
      deadline === undefined
        ? ''
        : html`<br />By ${utcTime(deadline.at)}, ${fromNow(deadline.at, now)}: ${deadline.then}`
    }
  </div>`;
}

/** Each leads to a page that asks first: it works without a script, and a link alone changes nothing. */
function actions({ group, instanceId, hold, builds }: InstanceView): Markup {
  const query = `group=${encodeURIComponent(group)}&instance=${encodeURIComponent(instanceId)}`;
  const log = builds.some(({ number }) => number !== undefined)
    ? html`<a id="act-log" href="/log?${query}">Log of the build</a>`
    : '';
  const acts =
    hold === undefined
      ? ''
      : html`<a id="act-retry" href="/confirm/retry?${query}">Retry</a>
          <a id="act-hold" href="/confirm/hold?${query}">Hold longer</a>
          <a id="act-abandon" class="danger" href="/confirm/abandon?${query}">Abandon</a>`;
  return html`<p class="actions">${acts} ${log}</p>`;
}

function targets({ targets: found }: InstanceView): Markup | string {
  if (found.length === 0) return '';
  return html`<h2>Targets</h2>
    ${table(
      ['Target group', 'State', 'Reason'],
      found.map(({ targetGroup, state, reason }) => [oneLine(targetGroup), oneLine(state), oneLine(reason ?? '')]),
    )}`;
}

function timeline(moments: readonly Moment[], now: Date): Markup | string {
  const [first] = moments;
  if (first === undefined) return '';
  const begin = Date.parse(first.at);
  const ends = moments.map(({ at, until, state }) => (state === 'running' ? now.getTime() : Date.parse(until ?? at)));
  const whole = Math.max(1, Math.max(...ends) - begin);
  return html`<h2>Timeline</h2>
    <ol class="time">
      ${joinMarkup(moments.map((one, at) => momentRow(one, { begin, whole, end: ends[at] ?? begin }, at)))}
    </ol>`;
}

function momentRow(one: Moment, axis: { begin: number; whole: number; end: number }, order: number): Markup {
  const { at, until, kind, what, state, detail, link } = one;
  const from = ((Date.parse(at) - axis.begin) / axis.whole) * 1000;
  const width = Math.max(4, ((axis.end - Date.parse(at)) / axis.whole) * 1000);
  const took = until === undefined ? '' : `, ${span(Date.parse(until) - Date.parse(at))}`;
  return html`<li>
    <time datetime="${at}">${utcTime(at)}</time>
    ${what.startsWith(kind) ? '' : html`<span class="soft">${kind}</span> `}${oneLine(what)}${took}${state === 'running' ? html`<span class="unseen">, still running</span>` : ''}
    ${link === undefined ? '' : html`<a href="${safeLink(link)}" aria-label="open ${oneLine(what)}">open</a>`}
    <svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" x="0" y="4" width="1000" height="2" />
      <rect class="${state}" x="${Math.min(996, from).toFixed(1)}" y="0" width="${width.toFixed(1)}" height="10" />
    </svg>
    ${
      detail === undefined
        ? ''
        : html`<details id="detail-${order}">
            <summary aria-label="more of ${oneLine(what)}">more</summary>
            <pre>${lines(detail).join('\n')}</pre>
          </details>`
    }
  </li>`;
}

/** Links come out of records and answers: only one of the web leads anywhere. */
export function safeLink(link: string): string {
  return /^https?:\/\//.test(link) ? link : '#';
}
