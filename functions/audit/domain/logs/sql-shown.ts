import { headerEnd } from './activity-lines';

const tokens = /'|"|\/\*|--|\$[^\s$'"]{0,64}\$/g;
const hidden = "'***'";
/** A place in S3 and a role are what is asked of UNLOAD, and hold no key as they are written here. */
const harmless = /^'(?:s3:\/\/[\w./-]{1,300}|arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,200})'$/i;
/** Who mistypes a password forgets the quotes. */
const bare = /(\bpassw(?:or)?d"?[\s=:(|]*)(?!disable\b)[^\s;'"()|=:*]+/gi;

/** Of who creates or changes a user all that is no word of that statement can be a password, where quotes are forgotten. */
const ofUser = /(\b(?:create|alter)\s+user(?:\s*"(?:[^"]|"")*"|\s+[^\s"';]+))([^;]*)/gi;
const inIt = /(\b(?:in\s+group|rename\s+to)\s+)([^\s,;'"]+)|'\*\*\*'|"(?:[^"]|"")*"|[^\s,;'"()=]+/gi;
const words = new Set(
  [
    'with createdb nocreatedb createuser nocreateuser syslog access restricted unrestricted password disable in group',
    'valid until infinity connection limit unlimited session timeout reset external id set rename to encrypted',
  ]
    .join(' ')
    .split(' '),
);
const shownOption = (text: string, lead: string | undefined) =>
  lead !== undefined || text === hidden || text.startsWith('"') || words.has(text.toLowerCase()) ? text : hidden;

/**
 * A statement as people may see it: any literal can be a password, regardless of its context, so that none is
 * shown, and no comment. What has no end is hidden up to the end of the text. Linear in the text.
 */
export function shownSql(sql: string): string {
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
    else shown += harmless.test(text) ? text : hidden;
  }
  return (shown + sql.slice(from))
    .replace(bare, `$1${hidden}`)
    .replace(ofUser, (_, head: string, rest: string) => head + rest.replace(inIt, shownOption));
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

/** The first line of a record of the user activity log, the same way. @param within its header stands in another's literal. */
export function shownLine(line: string, within: boolean): string {
  const at = line.indexOf(headerEnd);
  if (at < 0) return hidden;
  const begin = at + headerEnd.length;
  return line.slice(0, begin) + (within ? hidden : shownSql(line.slice(begin)));
}
