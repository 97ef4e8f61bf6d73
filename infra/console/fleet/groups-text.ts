import type { ListedGroup, InstanceRow } from '../../../functions/fleet/operations/list';
import { quotedIfOdd } from '../../../functions/shared/notify/message-text';
import type { Paint, Style } from '../../terminal/paint';
import { oneLine, wrapped } from '../render/plain';
import { tableLines, type Cell } from '../render/table';
import { span } from '../render/time';
import type { Invocation } from '../invocation';
import { copyable } from './copyable';

export interface TextContext {
  readonly paint: Paint;
  readonly width: number;
  readonly now: Date;
  /** A lab's executions are in no console of AWS. */
  readonly isLab?: boolean;
  /** How the commands that are shown reach what is looked at. */
  readonly called?: Invocation | undefined;
}

/** Groups and their instances, for a person. */
export function groupsText(groups: readonly ListedGroup[], page: TextContext): string {
  if (groups.length === 0) return 'No group is managed: add one to infra/config/muster.ts and deploy.\n';
  return groups.map((group) => groupText(group, page)).join('\n');
}

function groupText(view: ListedGroup, page: TextContext): string {
  const { paint } = page;
  const { group, desired, min, max, problem, breaker, instances } = view;
  const served = instances.filter(({ stage }) => stage === 'in-service').length;
  const size = desired === undefined ? '' : `  ${served} in service of ${desired} wanted (${min ?? 0} to ${max ?? 0})`;
  const head = `${paint('bold', oneLine(group))}${size}`;
  const alarm =
    breaker === undefined
      ? []
      : inRed(
          `breaker open since ${span(page.now.getTime() - Date.parse(breaker.openedAt))}: ${breaker.failed} launches failed in a row, nothing is abandoned; ${copyable(`muster resume ${quotedIfOdd(oneLine(group))}`, page.called)} closes it`,
          page,
        );
  const trouble = problem === undefined ? [] : inRed(oneLine(problem), page);
  const rows = instances.map((row) => rowOf(row, page));
  const body = rows.length === 0 ? ['  no instances'] : tableLines(rows, page.width - 2).map((line) => `  ${line}`);
  const unknown = instances.filter(({ stage }) => stage === 'outside').length;
  const hint =
    unknown === 0
      ? []
      : indented(
          `${unknown} without a number: ${copyable(`muster adopt ${quotedIfOdd(oneLine(group))}`, page.called)} shows what they would get`,
          page,
        );
  return `${[head, ...alarm, ...trouble, ...body, ...hint].join('\n')}\n`;
}

function inRed(text: string, page: TextContext): string[] {
  return indented(text, page).map((line) => page.paint('red', line));
}

function indented(text: string, { width }: TextContext): string[] {
  return wrapped(text, width - 2).map((line) => `  ${line}`);
}

const styles: Partial<Record<InstanceRow['stage'], Style>> = {
  'in-service': 'green',
  held: 'red',
  waiting: 'yellow',
  outside: 'dim',
  warm: 'dim',
  detached: 'yellow',
};

function rowOf(row: InstanceRow, page: TextContext): Cell[] {
  const { paint, now } = page;
  const { name, instanceId, stage, since } = row;
  const style = styles[stage] ?? 'cyan';
  const age = since === undefined ? '' : span(now.getTime() - Date.parse(since));
  return [
    { text: oneLine(name ?? '-'), paint: (text) => paint('bold', text) },
    { text: oneLine(whatOf(row, page)), paint: (text) => paint(style, text) },
    { text: age, isWhole: true },
    { text: instanceId, paint: (text) => paint('dim', text), isWhole: true },
  ];
}

function whatOf({ stage, what, until, lifecycleState }: InstanceRow, { now }: TextContext): string {
  if (stage === 'held' && until !== undefined) {
    const left = Date.parse(until) - now.getTime();
    return what.replace(/^on hold/, left > 0 ? `on hold ${span(left)} more` : 'on hold no longer');
  }
  return lifecycleState === undefined ? `${what}, not in its group` : what;
}
