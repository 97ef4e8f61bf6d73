import { momentText } from './moment-text';
import { escapeHtml, safeText, subjectText } from './safe-text';

export type Severity = 'info' | 'low' | 'medium' | 'high' | 'critical';
export const severities: readonly Severity[] = ['info', 'low', 'medium', 'high', 'critical'];

/** Below 0: `a` is less than `b`. */
export function compareSeverity(a: Severity, b: Severity): number {
  return severities.indexOf(a) - severities.indexOf(b);
}

/** One thing that a letter reports. Its texts are untrusted: they are made safe when the letter is written out. */
export interface Section {
  readonly title: string;
  readonly severity?: Severity;
  readonly facts: readonly (readonly [label: string, value: string])[];
  /** What to do now. */
  readonly next?: string;
}

/** A mail before it is written out: plain data, as it stands in a store. */
export interface Letter {
  /** Recognizes it: a letter that had to be sent twice has the same. Letters, digits, hyphens. */
  readonly id: string;
  /** Who writes: `audit`. */
  readonly system: string;
  readonly subject: string;
  readonly intro: string;
  readonly sections: readonly Section[];
  readonly outro?: string;
  /** The letter that began the conversation which this one belongs to: its id, of the first letter its own. */
  readonly thread?: string;
}

/** A letter written out. */
export interface Mail {
  readonly id: string;
  /** ASCII, one line, at most 150 characters, ends in the id. */
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** `Message-ID` where the service lets us choose it; `X-Alert-Id` everywhere. */
  readonly messageId: string;
  readonly headers: Readonly<Record<string, string>>;
}

const longestSubject = 150;

export interface Delivery {
  /** It may have been received before; then the text has a note. */
  readonly repeated?: boolean;
  /** When it was written, ms, where that is long ago: it says so. */
  readonly writtenAt?: number;
}

/** The mail of a letter: subject, text and HTML, made safe for display. */
export function renderMail(letter: Letter, { repeated = false, writtenAt }: Delivery = {}): Mail {
  const mark = ` [${letter.id}]`;
  const again = `This mail may be a repetition: nothing said whether it arrived. A mail with the same id (${letter.id}) is the same.`;
  const late =
    writtenAt === undefined
      ? []
      : [`It was written at ${momentText(writtenAt)}${repeated ? '' : ', and could not be sent before'}.`];
  const intro = [safeText(letter.intro, 2_000), ...late, ...(repeated ? [again] : [])];
  const outro = [...(letter.outro === undefined ? [] : [safeText(letter.outro, 2_000)]), `Id: ${letter.id}`];
  const before = `[muster ${letter.system}] `;
  return {
    id: letter.id,
    subject: `${before}${subjectText(letter.subject, longestSubject - mark.length - before.length)}${mark}`,
    text: [
      ...intro.flatMap((line) => wrapped(line)),
      '',
      ...letter.sections.flatMap(sectionText),
      ...outro.flatMap((line) => wrapped(line)),
      '',
    ].join('\n'),
    html: page(intro, letter.sections, outro),
    messageId: `<${letter.id}@${letter.system}.muster.invalid>`,
    headers: { 'X-Alert-Id': letter.id, 'Auto-Submitted': 'auto-generated', ...threadHeaders(letter) },
  };
}

/**
 * Mail programs put together what names the same message as the one before it (RFC 5322, 3.6.4). That of the first
 * letter cannot be named: SES writes a Message-ID of its own over ours. So all of a conversation, the first letter too,
 * name one that is never sent.
 *
 * @see https://docs.aws.amazon.com/ses/latest/dg/header-fields.html
 */
function threadHeaders({ id, system, thread = id }: Letter): Record<string, string> {
  const root = `<${thread}-thread@${system}.muster.invalid>`;
  return { References: root, ...(thread !== id && { 'In-Reply-To': root }) };
}

/** RFC 5322, 2.1.1: lines should not be longer. */
const columns = 78;

/**
 * Breaks a line at blanks. The lines after the first are indented, so that a text of others cannot write one that looks
 * like ours; a word that is longer than a line stays whole, and beside its label.
 */
function wrapped(line: string, indent = '', label = ''): string[] {
  const lines: string[] = [];
  let rest = line;
  for (;;) {
    const start = lines.length === 0 && label !== '' ? label.length : rest.length - rest.trimStart().length;
    const before = rest.lastIndexOf(' ', columns);
    const blank = before > start ? before : rest.indexOf(' ', Math.max(columns, start));
    if (rest.length <= columns || blank < 0) return [...lines, rest];
    lines.push(rest.slice(0, blank).trimEnd());
    rest = `${indent}${rest.slice(blank + 1).trimStart()}`;
  }
}

function sectionText({ title, severity, facts, next }: Section): string[] {
  const width = Math.max(0, ...facts.map(([label]) => label.length)) + 1;
  const behind = ' '.repeat(Math.min(width + 3, 24));
  return [
    ...wrapped(`${severity === undefined ? '' : `${severity.toUpperCase()}: `}${safeText(title)}`, '    '),
    ...facts.flatMap(([label, value]) => {
      const before = `  ${`${label}:`.padEnd(width)} `;
      return wrapped(`${before}${safeText(value)}`, behind, before);
    }),
    ...(next === undefined ? [] : wrapped(`  Next: ${safeText(next)}`, '        ')),
    '',
  ];
}

/** Behind white letters: they are read on light and on dark ground, also if the mail program changes both. */
const colors: Record<Severity, string> = {
  info: '#57606a',
  low: '#57606a',
  medium: '#9a6700',
  high: '#bc4c00',
  critical: '#cf222e',
};

function page(intro: readonly string[], sections: readonly Section[], outro: readonly string[]): string {
  const paragraph = (text: string) => `<p>${escapeHtml(text)}</p>`;
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    // No colours of text and ground of our own: a program in dark mode has its own, and would change one of them only.
    '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">',
    '<style>:root{color-scheme:light dark}</style></head>',
    '<body style="font-family:sans-serif;font-size:14px;line-height:1.4">',
    ...intro.map(paragraph),
    ...sections.map(sectionHtml),
    ...outro.map((text) => `<p style="opacity:0.75">${escapeHtml(text)}</p>`),
    '</body></html>',
  ].join('\n');
}

function sectionHtml({ title, severity, facts, next }: Section): string {
  const badge =
    severity === undefined
      ? ''
      : `<span style="background:${colors[severity]};color:#fff;border-radius:4px;padding:1px 6px;font-size:12px">${severity.toUpperCase()}</span> `;
  const row = ([label, value]: readonly [string, string]) =>
    `<tr><td style="padding:1px 12px 1px 0;opacity:0.75;vertical-align:top;white-space:nowrap">${escapeHtml(label)}</td><td style="font-family:monospace;overflow-wrap:anywhere">${escapeHtml(safeText(value))}</td></tr>`;
  return [
    `<h3 style="margin:16px 0 4px">${badge}${escapeHtml(safeText(title))}</h3>`,
    `<table style="border-collapse:collapse">${facts.map(row).join('')}</table>`,
    ...(next === undefined ? [] : [`<p>Next: ${escapeHtml(safeText(next))}</p>`]),
  ].join('\n');
}
