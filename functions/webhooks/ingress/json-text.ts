// eslint-disable-next-line no-control-regex -- what JSON escapes, but for the quotation mark
const escaped = /[\\\u0000-\u001f\ud800-\udfff]/;

/**
 * A text as JSON, as `JSON.stringify` writes it. Of a body that is JSON without blanks, as most are, only the quotation
 * marks are escaped: to look for what else there is, and to put them in, takes half as long.
 */
export function jsonText(text: string): string {
  return escaped.test(text) ? JSON.stringify(text) : `"${text.replaceAll('"', '\\"')}"`;
}
