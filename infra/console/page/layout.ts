import { html, raw } from 'hono/html';

export type Markup = ReturnType<typeof html>;

/**
 * A whole page.
 *
 * @param isLive whether it is asked for again when something has changed; not one with a form or a text to read.
 */
export function page(title: string, where: string, body: Markup, isLive = false): Markup {
  return html`${raw('<!doctype html>')}
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Muster</title>
        <link rel="stylesheet" href="/style.css" />
        <link rel="icon" href="data:," />
        ${isLive ? html`<noscript><meta http-equiv="refresh" content="10" /></noscript>` : ''}
        <script type="module" src="/app.js"></script>
      </head>
      <body>
        <header>
          <a href="/">Muster</a> <span class="soft">${where}</span>
          <span class="soft" id="state" role="status"></span>
        </header>
        <p class="unseen" id="news" role="status"></p>
        <main id="${isLive ? 'live' : 'still'}">${body}</main>
      </body>
    </html>`;
}

/** Joins several pieces into one. */
export function joinMarkup(pieces: readonly (Markup | string)[]): Markup {
  return html`${pieces}`;
}

/** A table that stays one where a phone's style makes blocks of its rows: that takes their roles away. */
export function table(heads: readonly string[], rows: readonly (readonly (Markup | string)[])[]): Markup {
  return html`<table role="table">
    <thead role="rowgroup">
      <tr role="row">
        ${joinMarkup(heads.map((head) => html`<th role="columnheader" scope="col">${head}</th>`))}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${joinMarkup(
        rows.map(
          (cells) =>
            html`<tr role="row">
              ${joinMarkup(cells.map((cell) => html`<td role="cell">${cell}</td>`))}
            </tr>`,
        ),
      )}
    </tbody>
  </table>`;
}

/** The address of an instance's page. */
export function instancePath(group: string, instanceId: string): string {
  return `/instances/${encodeURIComponent(group)}/${encodeURIComponent(instanceId)}`;
}

/** The address of a group's page. */
export function groupPath(group: string): string {
  return `/groups/${encodeURIComponent(group)}`;
}
