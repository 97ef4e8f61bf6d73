import { own } from '../../../../shared/own';

/** Parts of pages that are not the message: links, breadcrumbs, footers, names of servers, ids given elsewhere. */
const furniture =
  /^(skip to content|log ?(in|out)|search|dashboard|rest api.*|jenkins( [\d.]+.*)?|oops!?|error|access denied|logging id.*|(nginx|apache|cloudflare|openresty|powered by)\b.*|stack trace|uri:.*|problem accessing .*|reason:?|type (status|exception) report)$/i;

/** Elements that never hold the sentence: Jetty's table, stack traces, navigation, forms. */
const aside = /<!--[^]*?-->|<(script|style|head|nav|header|footer|form|table|pre|svg|button)\b[^]*?<\/\1\s*>/gi;

/** Where a new line of the page begins. Spans, bold and links stand within one. */
const breaks = /<\/?(?!\/?(a|b|i|em|strong|span|code|tt|u|font)\b)[a-z][^>]*>/gi;

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', amp: '&' };

/**
 * A page of more lines than this is a whole page of a proxy's, with advice for visitors: its title says it in short.
 */
const longestSaying = 5;

/** An error page's own sentences, without what stands around them on every page. Empty when it says nothing. */
export function sentencesOf(html: string): string {
  const start = html.search(/<[^>]*\bid=["']?(main-panel|error-description)\b/i);
  const lines = (start < 0 ? html : html.slice(start))
    .replace(aside, '\n')
    .replace(/<(footer|[^>]*\bid=["']?footer)\b[^]*/i, '')
    .replace(/[\r\n]+/g, ' ')
    .replace(breaks, '\n')
    .split('\n')
    // a line of links only leads elsewhere; a link within a sentence belongs to it
    .filter((line) => /\p{L}{2}/u.test(line.replace(/<a\b[^]*?<\/a>/gi, '').replace(/<[^>]*>/g, '')))
    .map(textOfLine);
  const said = [...new Set(lines.filter((line) => /\p{L}{2}/u.test(line) && !furniture.test(line)))];
  const missing = said.find((line) => /is missing the .+ permission/.test(line));
  if (missing !== undefined) return missing;
  const words = said.join(' ');
  return said.length > longestSaying ? titleOf(html) || words : words || titleOf(html);
}

/**
 * A page's title, unless it is only a number or the name of the product. A host may stand before it: `host | 521: …`.
 */
export function titleOf(html: string): string {
  const whole = /<title[^>]*>([^<]{0,300})/i.exec(html)?.[1] ?? '';
  const title = textOfLine(whole.replace(/^[^|]*\|\s*(?=[1-5]\d\d\b)/, '')).replace(/\s*(- Jenkins|\[Jenkins\])$/, '');
  return furniture.test(title) ? '' : title;
}

function textOfLine(line: string): string {
  return line
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:#(\d{1,6})|#x([\da-f]{1,5})|(\w+));/gi, (whole, code?: string, hex?: string, name = '') => {
      if (code !== undefined) return String.fromCodePoint(Number(code));
      return hex === undefined ? (own(entities, String(name)) ?? whole) : String.fromCodePoint(parseInt(hex, 16));
    })
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^(?:(?:http )?(?:error|status)(?: code)?:? )?[1-5]\d\d(?: [-–:]|:)? (?=\p{L})/iu, '')
    .replace(/^(?:message|description) (?=The )/i, '');
}
