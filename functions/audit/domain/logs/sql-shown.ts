import { headerEnd } from './activity-lines';
import { withoutSecretWords } from './sql-words';
import { statementsOf } from './sql-statements';

const tokens = /'|"|\/\*|--|\$[^\s$'"]{0,64}\$/g;
/** What stands for what is not shown. */
const hidden = "'***'";
/** A place in S3 and a role are what is asked of UNLOAD, and hold no key as they are written here. */
const harmless = /^'(?:s3:\/\/[\w./-]{1,300}|arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,200})'$/i;
/** To whom a datashare is given: an account or a namespace, which the mail is asked for first. */
function isConsumer(literal: string, before: string): boolean {
  if (/\baccount\s*$/i.test(before)) return /^'\d{12}'$/.test(literal);
  return /\bnamespace\s*$/i.test(before) && /^'[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}'$/i.test(literal);
}

/**
 * The statements of a text with no literal and no comment: any literal can be a password, regardless of its context. What
 * has no end is hidden up to the end of the text. Linear in the text.
 */
export function statementsWithoutLiterals(sql: string): string[] {
  let shown = '';
  let from = 0;
  tokens.lastIndex = 0;
  for (let found = tokens.exec(sql); found !== null; found = tokens.exec(sql)) {
    const [token] = found;
    const at = found.index;
    shown += sql.slice(from, at);
    from = endOf(sql, token, tokens.lastIndex);
    tokens.lastIndex = from;
    const text = sql.slice(at, from);
    if (token === '"') shown += text.length > 1 && text.endsWith('"') ? text : hidden;
    else if (token === '--' || token === '/*') shown += ' ';
    else shown += harmless.test(text) || isConsumer(text, sql.slice(Math.max(0, at - 20), at)) ? text : hidden;
  }
  return statementsOf(shown + sql.slice(from));
}

/**
 * A text of SQL as people may see it: of its statements those alone that a finding is about. Another one of the text can
 * hold a password anywhere (`set x to secret`).
 *
 * @param all as `statementsWithoutLiterals` gives them.
 */
export function shownSql(all: readonly string[], isAbout: (statement: string) => boolean): string {
  const about = all.filter(isAbout);
  // It was found in a text of which the end is hidden.
  const shown = about.length === 0 ? hidden : about.map(withoutSecretWords).join('; ');
  const others = all.length - about.length;
  return others === 0 || about.length === 0 ? shown : `${shown} (other statements of the text, not shown: ${others})`;
}

/** Behind what a token begins; `at` stands behind the token. */
function endOf(sql: string, token: string, at: number): number {
  const closing = token === '--' ? '\n' : token === '/*' ? '*/' : token;
  const end = sql.indexOf(closing, at);
  // Whether a literal ends at a quote behind a backslash, and a comment within a comment both: opinions differ.
  const isUnsure = token === "'" ? sql[end - 1] === '\\' : token === '/*' && sql.slice(at, end).includes('/*');
  if (end < 0 || isUnsure) return sql.length;
  return end + closing.length;
}

const verb = /^\s*(?:alter|call|create|delete|drop|grant|insert|revoke|select|set|unload|update)\b/i;

/**
 * The first line of a record of the user activity log: its header, and the word that its statement begins with.
 *
 * @param within its header stands in another's literal.
 */
export function shownLine(line: string, within: boolean): string {
  const at = line.indexOf(headerEnd);
  if (at < 0) return hidden;
  const begin = at + headerEnd.length;
  const known = within ? '' : (verb.exec(line.slice(begin, begin + 200))?.[0] ?? '');
  return `${line.slice(0, begin)}${known === '' ? '' : `${known} `}${hidden}`;
}
