import { html } from 'hono/html';
import type { HistoryEntry } from '../../../functions/fleet/ledger/port';
import type { LaunchView } from '../../../functions/fleet/operations/launches';
import { shortReason } from '../render/short-reason';
import { oneLine } from '../render/plain';
import { utcTime, span } from '../render/time';
import { joinMarkup, instancePath, table, type Markup } from './layout';

/** Where the time of the last launches went: a bar for each, a colour for each step. */
export function launchesChart(launches: readonly LaunchView[]): Markup | string {
  if (launches.length === 0) return html`<p class="soft">No launch has succeeded yet.</p>`;
  const states = [...new Set(launches.flatMap(({ steps }) => steps.map(({ state }) => state)))];
  const longest = Math.max(1, ...launches.map(({ tookMs }) => tookMs));
  return html`<h2>Time to service of the last launches, by step</h2>
    <ul class="legend">
      ${joinMarkup(
        states.map(
          (state, at) =>
            html`<li>
              <svg viewBox="0 0 10 10" aria-hidden="true"><rect class="c${at % 9}" width="10" height="10" /></svg
              >${oneLine(state)}
            </li>`,
        ),
      )}
    </ul>
    <ol class="time">
      ${joinMarkup(launches.map((launch) => launchRow(launch, states, longest)))}
    </ol>`;
}

function launchRow({ startedAt, tookMs, steps }: LaunchView, states: readonly string[], longest: number): Markup {
  let x = 0;
  const bars = steps.map(({ state, tookMs: took }) => {
    const width = (took / longest) * 1000;
    const bar = html`<rect
      class="c${states.indexOf(state) % 9}"
      x="${x.toFixed(1)}"
      y="0"
      width="${width.toFixed(1)}"
      height="10"
    >
      <title>${oneLine(state)}: ${span(took)}</title>
    </rect>`;
    x += width;
    return bar;
  });
  // What the bar shows, for a reader who does not see it.
  const inOrder = steps.map(({ state, tookMs: took }) => `${oneLine(state)} ${span(took)}`).join(', ');
  const words = [...steps].sort((left, right) => right.tookMs - left.tookMs).slice(0, 3);
  return html`<li>
    <time datetime="${startedAt}">${utcTime(startedAt)}</time> ${span(tookMs)}
    <span class="soft"
      >most of it: ${words.map(({ state, tookMs: took }) => `${oneLine(state)} ${span(took)}`).join(', ')}</span
    >
    <svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" role="img" aria-label="${inOrder}">
      ${joinMarkup(bars)}
    </svg>
  </li>`;
}

/** Which instance had which number when. */
export function historyTable(entries: readonly HistoryEntry[]): Markup | string {
  if (entries.length === 0) return '';
  return html`<h2>Which instance had which number</h2>
    ${table(
      ['When', 'Name', 'What', 'Instance', 'Why'],
      entries.map(({ at, name, event, instanceId, group, reason }) => [
        utcTime(at),
        oneLine(name),
        event,
        html`<a href="${instancePath(group, instanceId)}">${instanceId}</a>`,
        oneLine(shortReason(reason, instanceId)),
      ]),
    )}`;
}
