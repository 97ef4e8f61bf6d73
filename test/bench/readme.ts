import { NamedError } from '../../functions/shared/named-error';
import type { Machine } from './machine';
import { figure, isMet, type Check, type Measurement } from './measured';

const begin = '<!-- figures: written by `npm run bench -- --plot` -->';
const end = '<!-- end of figures -->';

/** The figures that have a target as a table in Markdown, and the remarks below it. */
export function summaryOf(all: readonly Pick<Measurement, 'checks' | 'remark'>[], machine: Machine): string {
  const rows = all
    .flatMap(({ checks }) => worstOfMany(checks))
    .map((check) => {
      const { of, what, measured, atMost, unit } = check;
      return `| ${of}: ${what} | ${figure(measured, unit)} | ${figure(atMost, unit)} | ${isMet(check) ? 'yes' : '**no**'} |`;
    });
  const remarks = all.flatMap(({ remark }) => (remark === undefined ? [] : [remark]));
  const { processor, cores, memoryGb, node, at } = machine;
  const where = `Measured on ${processor}, ${cores} cores, ${memoryGb} GB, Node.js ${node}, ${at.slice(0, 10)}; what is in seconds of a launch is virtual time, the same on every machine.`;
  return [
    '| | Measured | At most | Met |',
    '|---|---|---|---|',
    ...rows,
    '',
    ...[...remarks, where].join('\n\n').split('\n'),
  ].join('\n');
}

const many = 4;

/** Of a figure that is taken in very many worlds only that which is nearest to its limit, or furthest beyond it. */
function worstOfMany(checks: readonly Check[]): Check[] {
  const whats = [...new Set(checks.map(({ what }) => what))];
  return whats.flatMap((what) => {
    const ones = checks.filter((one) => one.what === what);
    const [worst] = [...ones].sort((a, b) => closeness(b) - closeness(a));
    if (worst === undefined || ones.length <= many) return ones;
    return [{ ...worst, of: `the worst of ${ones.length}, ${worst.of}` }];
  });
}

const closeness = ({ measured, atMost }: Check) => (atMost === 0 ? measured : measured / atMost);

/** The README with other figures between its two marks. @throws NamedError `NoMarks` */
export function withFigures(readme: string, figures: string): string {
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (from === -1 || to < from)
    throw new NamedError('NoMarks', `the README has no lines "${begin}" and "${end}"`, { fault: 'bug' });
  return `${readme.slice(0, from + begin.length)}\n\n${figures}\n\n${readme.slice(to)}`;
}
