import type { InstanceView } from '../../../functions/fleet/operations/show';
import type { Moment } from '../../../functions/fleet/domain/standing/timeline';
import type { Style } from '../../terminal/paint';
import { lines, oneLine, wrapped } from '../render/plain';
import { fromNow, utcTime, span } from '../render/time';
import type { TextContext } from './groups-text';

const longestDetail = 12;

/** Everything about one instance, for a person: where it stands, what happens next, how it came here. */
export function instanceText(view: InstanceView, page: TextContext): string {
  const parts = [head(view, page), next(view, page), targets(view, page), timeline(view, page), gaps(view, page)];
  return (
    parts
      .filter((part) => part.length > 0)
      .map((part) => part.join('\n'))
      .join('\n\n') + '\n'
  );
}

const keyColumns = 10;

function head(view: InstanceView, { paint, isLab, width }: TextContext): string[] {
  const { name, group, instanceId, what, fqdn, addresses, lifecycleState, execution } = view;
  const facts: [string, string | undefined][] = [
    [
      'instance',
      `${instanceId} of group ${oneLine(group)}${lifecycleState === undefined ? ', which does not have it' : ` (${lifecycleState})`}`,
    ],
    ['name', fqdn === undefined ? undefined : `${fqdn} ${addresses.join(' ')}`.trim()],
    ['execution', execution === undefined ? undefined : `${execution.name} ${execution.status}`],
    // A lab's executions are in no console of AWS.
    ['', isLab === true ? undefined : execution?.link],
  ];
  const [first = '', ...rest] = wrapped(`${oneLine(name)}  ${oneLine(what)}`, width);
  return [
    first.replace(oneLine(name), (text) => paint('bold', text)),
    ...rest.map((line) => `  ${line}`),
    ...facts.flatMap(([key, value]) =>
      value === undefined
        ? []
        : wrapped(oneLine(value), width - keyColumns - 3).map(
            (line, at) => `  ${paint('dim', (at === 0 ? key : '').padEnd(keyColumns))} ${line}`,
          ),
    ),
  ];
}

function next({ next: action }: InstanceView, { paint, width, now }: TextContext): string[] {
  const { whose, what, deadline, commands } = action;
  const who = whose === 'none' ? '' : ` (${whose})`;
  const limit =
    deadline === undefined
      ? []
      : wrapped(`by ${utcTime(deadline.at)}, ${fromNow(deadline.at, now)}: ${deadline.then}`, width - 2).map(
          (line) => `  ${paint('yellow', line)}`,
        );
  return [
    `${paint('bold', 'Next')}${who}`,
    ...wrapped(oneLine(what), width - 2).map((line) => `  ${line}`),
    ...limit,
    ...commands.map((command) => `  ${paint('cyan', `$ ${command}`)}`),
  ];
}

function targets({ targets: all }: InstanceView, { paint, width }: TextContext): string[] {
  if (all.length === 0) return [];
  return [
    paint('bold', 'Targets'),
    ...all.flatMap(({ targetGroup, state, reason }) => [
      `  ${oneLine(targetGroup)}  ${paint(state === 'healthy' ? 'green' : 'yellow', oneLine(state))}`,
      ...(reason === undefined ? [] : wrapped(oneLine(reason), width - 4).map((line) => `    ${line}`)),
    ]),
  ];
}

const marks: Readonly<Record<Moment['state'], readonly [string, Style]>> = {
  done: ['+', 'green'],
  failed: ['x', 'red'],
  running: ['>', 'cyan'],
  said: ['.', 'dim'],
};

function timeline({ timeline: moments }: InstanceView, page: TextContext): string[] {
  if (moments.length === 0) return [];
  return [page.paint('bold', 'Timeline'), ...moments.flatMap((one) => momentLines(one, page))];
}

function momentLines({ at, until, kind, what, state, detail, link }: Moment, { paint, width }: TextContext): string[] {
  const [mark, style] = marks[state];
  const took = until === undefined ? '' : ` (${span(Date.parse(until) - Date.parse(at))})`;
  const start = `  ${utcTime(at).slice(5)}  ${mark}  `;
  const room = Math.max(20, width - start.length);
  const indent = ' '.repeat(start.length);
  const [first = '', ...rest] = wrapped(`${what.startsWith(kind) ? '' : `${kind}: `}${oneLine(what)}${took}`, room);
  const more = state === 'failed' || state === 'running' ? shortened(lines(detail ?? '')) : [];
  return [
    `  ${paint('dim', utcTime(at).slice(5))}  ${paint(style, mark)}  ${paint(style === 'dim' ? 'dim' : style, first)}`,
    ...rest.map((line) => indent + line),
    ...more.flatMap((line) => wrapped(line, room)).map((line) => indent + paint('dim', line)),
    ...(link === undefined ? [] : [indent + oneLine(link)]),
  ];
}

/** The end of a long text: a log says there what went wrong. */
function shortened(all: readonly string[]): string[] {
  const some = all.filter((line) => line !== '');
  if (some.length <= longestDetail) return some;
  return [
    some[0] ?? '',
    `… ${some.length - longestDetail} lines more (--json has them)`,
    ...some.slice(1 - longestDetail),
  ];
}

function gaps({ gaps: all }: InstanceView, { paint, width }: TextContext): string[] {
  return all.flatMap((gap) => wrapped(`! ${oneLine(gap)}`, width).map((line) => paint('yellow', line)));
}
