import type { AdoptResult, Adoption, AdoptionPlan, SkippedInstance } from '../../../functions/fleet/operations/adopt';
import type { Style } from '../../terminal/paint';
import { oneLine, wrapped } from '../render/plain';
import type { TextContext } from './groups-text';

/** What adopting a group would do, for a person. */
export function planText(plan: AdoptionPlan, page: TextContext): string {
  const { group, adopt, refused, passing, members } = plan;
  const { paint } = page;
  const count = adopt.length === 0 ? 'nothing to adopt' : `${adopt.length} to adopt`;
  const head = `${paint('bold', oneLine(group))}  ${count}${refused.length === 0 ? '' : `, ${refused.length} refused`}`;
  const parts = [
    [`${head}; ${members} members already`],
    ...adopt.map((one) => adoptionLines(one, page)),
    ...left('refused', 'red', refused, page),
    ...left('left alone for now', 'dim', passing, page),
  ];
  return `${parts.map((part) => part.join('\n')).join('\n\n')}\n`;
}

/** What came of it; each that is done, and what the plan refused, has been printed already. */
export function adoptedText(
  { reason, unfinished, refused }: AdoptResult,
  plan: AdoptionPlan,
  page: TextContext,
): string {
  const known = new Set(plan.refused.map(({ instanceId }) => instanceId));
  const parts = [
    [oneLine(reason)],
    ...left('unfinished', 'yellow', unfinished, page),
    ...left(
      'refused',
      'red',
      refused.filter(({ instanceId }) => !known.has(instanceId)),
      page,
    ),
  ];
  return `${parts.map((part) => part.join('\n')).join('\n\n')}\n`;
}

function adoptionLines({ name, instanceId, why, tags, dns, notes }: Adoption, { paint, width }: TextContext): string[] {
  const changes = tags.map(({ key, value, now }) => {
    const before = now === undefined ? '' : ` (now ${now})`;
    return `tag ${key} = ${value}${before}`;
  });
  const texts = [...changes, ...dns.map((one) => `DNS ${one.name}: ${one.why}`), ...notes];
  return [
    `${paint('bold', oneLine(name))}  ${instanceId}  ${paint('dim', oneLine(why))}`,
    ...texts.flatMap((text) => indented(text, width)),
  ];
}

function left(what: string, style: Style, all: readonly SkippedInstance[], { paint, width }: TextContext): string[][] {
  return all.map(({ instanceId, why }) => [`${paint(style, what)}  ${instanceId}`, ...indented(why, width)]);
}

function indented(text: string, width: number): string[] {
  const [first = '', ...rest] = wrapped(oneLine(text), width - 4);
  return [`  ${first}`, ...rest.map((line) => `    ${line}`)];
}
