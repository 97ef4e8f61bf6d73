import { html } from 'hono/html';
import { abandon, hold, resume, retry } from '../../../functions/fleet/operations';
import { oneLine } from '../render/plain';
import type { World } from '../world';
import { minutesIn } from '../option-values';
import { groupPath, instancePath, type Markup } from './layout';

/** What a person can do on the page, besides what only a lab has. */
export const actionNames = ['retry', 'hold', 'abandon', 'resume'] as const;
export type ActionName = (typeof actionNames)[number];

/** Whom it is about, and what else the form says. */
export interface ActionForm {
  readonly group: string;
  readonly instance: string;
  readonly for: string;
}

const questions: Readonly<Record<ActionName, (what: string) => string>> = {
  retry: (what) => `Run the failed step of ${what} again? What has succeeded is kept.`,
  hold: (what) => `Hold ${what} for so long from now?`,
  abandon: (what) => `Abandon ${what}? Its group terminates and replaces it. This cannot be undone.`,
  resume: (what) => `Close the breaker of ${what}? What is held is abandoned again when its time is over.`,
};

/** Asks before anything is done. */
export function confirmation(
  action: ActionName,
  asked: ActionForm & { readonly name?: string | undefined },
  token: string,
): Markup {
  const { group, instance, name } = asked;
  const what = instance === '' ? group : `${name === undefined ? instance : `${name} (${instance})`} of ${group}`;
  const back = instance === '' ? groupPath(group) : instancePath(group, instance);
  const time =
    action === 'hold'
      ? html`<p>
          <label
            >For
            <input
              name="for"
              value="4h"
              pattern="(\\d+d)?(\\d+h)?(\\d+m)?"
              required
              autofocus
              aria-describedby="question"
            />
            (30m, 4h, 2d)</label
          >
        </p>`
      : '';
  // A second press of the key that led here must not do what cannot be undone; a time is there to be changed.
  const first = action === 'abandon' ? 'back' : action === 'hold' ? 'time' : 'do';
  return html`<h1>${action[0]?.toUpperCase()}${action.slice(1)}</h1>
    <p id="question">${questions[action](oneLine(what))}</p>
    <form method="post" action="/do/${action}">
      <input type="hidden" name="token" value="${token}" />
      <input type="hidden" name="group" value="${group}" />
      <input type="hidden" name="instance" value="${instance}" />
      ${time}
      <p class="actions">
        <button
          class="${action === 'abandon' ? 'danger' : 'plain'}"
          aria-describedby="question"
          ${first === 'do' ? 'autofocus' : ''}
        >
          ${action}
        </button>
        <a href="${back}" aria-describedby="question" ${first === 'back' ? 'autofocus' : ''}>Back</a>
      </p>
    </form>`;
}

/** Carries out an action of the page. @returns the operation's reason. @throws the errors of the operations. */
export async function performAction(world: World, action: ActionName, asked: ActionForm): Promise<string> {
  const who = { group: asked.group, instance: asked.instance };
  switch (action) {
    case 'retry':
      return (await retry(world, who)).reason;
    case 'hold':
      return (await hold(world, { ...who, minutes: minutesIn(asked.for) })).reason;
    case 'abandon':
      return (await abandon(world, who)).reason;
    case 'resume':
      return (await resume(world, { group: asked.group })).reason;
  }
}

/** What only a lab has: buttons that make something happen to it. */
export function labControls(
  state: { readonly deploysBroken: boolean; readonly jenkinsAway: boolean } | undefined,
  group: string,
  token: string,
): Markup | '' {
  if (state === undefined) return '';
  const button = (control: string, words: string) =>
    html`<form method="post" action="/lab/${control}">
      <input type="hidden" name="token" value="${token}" /><input type="hidden" name="group" value="${group}" />
      <button id="lab-${control}">${words}</button>
    </form>`;
  return html`<div class="actions" role="group" aria-label="what happens in the lab">
    ${button('scale-out', 'Scale out by one')} ${button('scale-in', 'Scale in by one')}
    ${button('break-deploys', state.deploysBroken ? 'Fix the release' : 'Break the next deploys')}
    ${button('take-jenkins-away', state.jenkinsAway ? 'Bring Jenkins back' : 'Take Jenkins away')}
    ${button('lose-ledger', 'Lose the ledger')}
  </div>`;
}
