import { withoutSecrets } from './redact';

/**
 * Text of others as it may stand in a mail, a log line or a table. Names in logs are written by attackers before they
 * are authenticated: without secrets, on one line, and what does not show itself (controls, marks of direction, blanks
 * of no width, halves of characters) stands there as `\u{202e}`, so that two texts that differ look different too.
 *
 * @param longest in UTF-16 units; what is left out is said to be.
 */
export function safeText(text: string, longest = 300): string {
  // Secrets first: cut before, half of one would not be recognized.
  const bounded = text.length > mostRead ? text.slice(0, mostRead) : text;
  const shown = withoutSecrets(bounded).replace(invisible, escaped).replace(/ {2,}/g, ' ').trim();
  return cut(withoutLinks(shown), longest, text.length - bounded.length);
}

const mostRead = 20_000;
// Cc, Cf (bidi, zero width, tags), Zl, Zp, private use, unassigned and lone surrogates; every blank but U+0020.
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\p{Cn}\u115f\u1160\u3164\uffa0]|[\ufe00-\ufe0f]|(?! )\p{Zs}/gu;

function escaped(character: string): string {
  return character === '\n' ? '\\n' : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** Mail programs make links of what looks like one: of a login name nothing is to be clicked. */
function withoutLinks(text: string): string {
  return text
    .replace(/:\/\//g, '[:]//')
    .replace(/\bwww\./gi, 'www[.]')
    .replace(/\b(mailto|javascript|data):/gi, '$1[:]');
}

function cut(text: string, longest: number, unread: number): string {
  if (text.length <= longest && unread === 0) return text;
  const kept = text.slice(0, longest).replace(/[\ud800-\udbff]$/, '');
  return `${kept}… (${text.length - kept.length + unread} more)`;
}

/** As text of HTML, also within an attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** As (part of) a mail's subject: ASCII alone, one line, at most `longest` characters. Other characters as `\u{…}`. */
export function subjectText(text: string, longest = 150): string {
  const ascii = safeText(text, 1_000)
    .replace(/…/g, '...')
    .replace(/[^\x20-\x7e]/gu, escaped);
  return ascii.length <= longest ? ascii : `${ascii.slice(0, longest - 3)}...`;
}
