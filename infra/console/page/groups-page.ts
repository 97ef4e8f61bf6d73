import { html } from 'hono/html';
import type { ListedGroup, InstanceRow } from '../../../functions/fleet/operations/list';
import { quotedIfOdd } from '../../../functions/shared/notify/message-text';
import type { Invocation } from '../invocation';
import { copyable } from '../fleet/copyable';
import { oneLine } from '../render/plain';
import { span } from '../render/time';
import { joinMarkup, groupPath, instancePath, type Markup } from './layout';

/** When it is shown, and how commands on it reach the same. */
export interface PageContext {
  readonly now: Date;
  readonly called?: Invocation | undefined;
}

/** All groups, each a row of numbered slots. */
export function groupsPage(groups: readonly ListedGroup[], shown: PageContext, controls: Markup | ''): Markup {
  if (groups.length === 0)
    return html`<h1>Groups</h1>
      <p>No group is managed: add one to infra/config/muster.ts and deploy.</p>`;
  return html`<h1>Groups</h1>
    ${controls} ${joinMarkup(groups.map((group) => groupRow(group, shown)))}`;
}

/** One group: its size, its alarms, its slots. */
export function groupRow(view: ListedGroup, { now, called }: PageContext, heading = true): Markup {
  const { group, desired, min, max, problem, breaker, instances } = view;
  const served = instances.filter(({ stage }) => stage === 'in-service').length;
  return html`<section>
    ${heading ? html`<h2><a href="${groupPath(group)}">${oneLine(group)}</a></h2>` : ''}
    <p class="soft">
      ${desired === undefined ? '' : `${served} in service of ${desired} wanted (${min ?? 0} to ${max ?? 0})`}
    </p>
    ${problem === undefined ? '' : html`<p class="alarm">${oneLine(problem)}</p>`}
    ${
      breaker === undefined
        ? ''
        : html`<p class="alarm">
            The breaker is open since ${span(now.getTime() - Date.parse(breaker.openedAt))}: ${breaker.failed} launches
            failed in a row, nothing is abandoned.
            <a href="/confirm/resume?group=${encodeURIComponent(group)}">Resume</a>
          </p>`
    }
    ${
      instances.some(({ stage }) => stage === 'outside')
        ? html`<p class="next">
            Some have no number: <code>${copyable(`muster adopt ${quotedIfOdd(oneLine(group))}`, called)}</code> shows
            what they would get.
          </p>`
        : ''
    }
    ${
      instances.length === 0
        ? html`<p>No instances.</p>`
        : html`<ul class="slots">
            ${joinMarkup(instances.map((row) => slot(group, row, now)))}
          </ul>`
    }
  </section>`;
}

function slot(group: string, row: InstanceRow, now: Date): Markup {
  const { name, instanceId } = row;
  const what = whatOf(row, now);
  return html`<li class="${colourOf(row)}">
    <a id="slot-${instanceId}" data-news href="${instancePath(group, instanceId)}"
      >${oneLine(name ?? instanceId)}<small title="${what}">${what}</small></a
    >
  </li>`;
}

function whatOf({ what, until, stage }: InstanceRow, now: Date): string {
  if (stage !== 'held' || until === undefined) return oneLine(what);
  return oneLine(what).replace(/^on hold/, `on hold ${span(Date.parse(until) - now.getTime())} more`);
}

function colourOf({ stage }: InstanceRow): string {
  switch (stage) {
    case 'in-service':
      return 'ok';
    case 'held':
      return 'bad';
    case 'waiting':
    case 'detached':
    case 'releasing':
      return 'warn';
    case 'outside':
    case 'warm':
      return 'idle';
    default:
      return 'run';
  }
}
