/** A line of a chart: values over x, both above 0. */
export interface Line {
  readonly name: string;
  readonly colour: string;
  readonly dashed?: boolean;
  readonly points: readonly { readonly x: number; readonly y: number; readonly note?: string }[];
}

export interface Chart {
  readonly title: string;
  readonly subtitle: string;
  /** With their units. */
  readonly xLabel: string;
  readonly yLabel: string;
  readonly lines: readonly Line[];
}

const size = { width: 760, height: 460 };
const frame = { left: 76, right: 732, top: 104, bottom: 398 };
const ink = { text: '#1f2328', quiet: '#59636e', grid: '#e4e8ec', panel: '#ffffff', border: '#d1d9e0' };

/**
 * The chart as SVG, with both axes logarithmic. It brings its own light panel, so that it can be read on a white page
 * and on a dark one.
 */
export function drawChart(chart: Chart): string {
  const points = chart.lines.flatMap((line) => line.points);
  const x = logScale(
    points.map((point) => point.x),
    [frame.left + 24, frame.right - 24],
  );
  const y = logScale(roomy(points.map((point) => point.y)), [frame.bottom, frame.top]);
  const { width, height } = size;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="13">`,
    `<title>${escaped(chart.title)}</title>`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="${ink.panel}" stroke="${ink.border}"/>`,
    text(24, 34, chart.title, { size: 17, weight: 600 }),
    text(24, 56, chart.subtitle, { fill: ink.quiet }),
    ...legend(chart.lines),
    ...yTicks(y.domain).map((tick) => gridLine(y.at(tick), tick)),
    ...xTicks(x.domain).map((tick) =>
      text(x.at(tick), frame.bottom + 22, number(tick), { anchor: 'middle', fill: ink.quiet }),
    ),
    `<line x1="${frame.left}" x2="${frame.right}" y1="${frame.bottom}" y2="${frame.bottom}" stroke="${ink.quiet}"/>`,
    text((frame.left + frame.right) / 2, frame.bottom + 46, chart.xLabel, { anchor: 'middle' }),
    `<g transform="translate(24 ${(frame.top + frame.bottom) / 2}) rotate(-90)">${text(0, 0, chart.yLabel, { anchor: 'middle' })}</g>`,
    ...chart.lines.flatMap((line) => drawLine(line, x.at, y.at)),
    '</svg>',
    '',
  ].join('\n');
}

interface Scale {
  readonly domain: readonly [number, number];
  readonly at: (value: number) => number;
}

export function logScale(values: readonly number[], [from, to]: readonly [number, number]): Scale {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const span = Math.log(high / low) || 1;
  return { domain: [low, high], at: (value) => rounded(from + (Math.log(value / low) / span) * (to - from)) };
}

/** From the tick below the lowest value to the one above the highest, give or take. */
function roomy(values: readonly number[]): [number, number] {
  return [Math.min(...values) / 1.3, Math.max(...values) * 1.3];
}

/** 1, 2 and 5 times the powers of ten, between the two. */
export function yTicks([low, high]: readonly [number, number]): number[] {
  return powersOfTen(low, high)
    .flatMap((power) => [power, 2 * power, 5 * power])
    .filter((tick) => tick >= low && tick <= high);
}

function xTicks([low, high]: readonly [number, number]): number[] {
  return powersOfTen(low, high).filter((tick) => tick >= low && tick <= high);
}

function powersOfTen(low: number, high: number): number[] {
  const first = Math.floor(Math.log10(low));
  const count = Math.ceil(Math.log10(high)) - first + 1;
  return Array.from({ length: count }, (_, index) => 10 ** (first + index));
}

function gridLine(y: number, tick: number): string {
  const line = `<line x1="${frame.left}" x2="${frame.right}" y1="${y}" y2="${y}" stroke="${ink.grid}"/>`;
  return line + text(frame.left - 8, y + 4, number(tick), { anchor: 'end', fill: ink.quiet });
}

function drawLine({ colour, dashed, points }: Line, x: Scale['at'], y: Scale['at']): string[] {
  const path = points.map((point) => `${x(point.x)},${y(point.y)}`).join(' ');
  return [
    `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2.5" stroke-linejoin="round"${dash(dashed)}/>`,
    ...points.map((point) => `<circle cx="${x(point.x)}" cy="${y(point.y)}" r="4" fill="${colour}"/>`),
    ...points.flatMap((point) =>
      point.note === undefined
        ? []
        : [text(x(point.x) - 10, y(point.y) - 10, point.note, { anchor: 'end', fill: colour })],
    ),
  ];
}

/** Side by side, as wide as their names are: without a font, counting letters is the best estimate. */
function legend(lines: readonly Line[]): string[] {
  let left = 24;
  return lines.flatMap(({ name, colour, dashed }) => {
    const start = left;
    left += 34 + name.length * 7.4 + 24;
    const sample = `<line x1="${rounded(start)}" x2="${rounded(start + 26)}" y1="80" y2="80" stroke="${colour}" stroke-width="2.5"${dash(dashed)}/>`;
    return [sample, text(rounded(start + 34), 84, name, {})];
  });
}

function dash(dashed = false): string {
  return dashed ? ' stroke-dasharray="6 5"' : '';
}

interface TextStyle {
  readonly size?: number;
  readonly weight?: number;
  readonly anchor?: 'middle' | 'end';
  readonly fill?: string;
}

function text(
  x: number,
  y: number,
  content: string,
  { size: fontSize, weight, anchor, fill = ink.text }: TextStyle,
): string {
  const attributes = [
    fontSize === undefined ? '' : ` font-size="${fontSize}"`,
    weight === undefined ? '' : ` font-weight="${weight}"`,
    anchor === undefined ? '' : ` text-anchor="${anchor}"`,
  ].join('');
  return `<text x="${x}" y="${y}" fill="${fill}"${attributes}>${escaped(content)}</text>`;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
