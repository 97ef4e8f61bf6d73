const tokens = /'|"|\/\*|\*\/|--|;|\$(?:[a-z_]\w*)?\$/gi;

/**
 * The statements of a text of SQL: cut at each `;` of its code, comments as a blank, trimmed. Literals, quoted names and
 * what stands between dollars are kept as they are, and nothing in them cuts. Linear in the text.
 */
export function statementsOf(sql: string): string[] {
  const all: string[] = [];
  let now = '';
  let from = 0;
  tokens.lastIndex = 0;
  for (let found = tokens.exec(sql); found !== null; found = tokens.exec(sql)) {
    const [token] = found;
    const end = endOf(sql, token, tokens.lastIndex);
    if (token === ';' || token === '--' || token === '/*') {
      now += `${sql.slice(from, found.index)} `;
      from = end;
    }
    if (token === ';') {
      all.push(now.trim());
      now = '';
    }
    tokens.lastIndex = end;
  }
  return [...all, (now + sql.slice(from)).trim()].filter((text) => text !== '');
}

/** Behind what a token begins; `at` stands behind the token. What has no end reaches to the end of the text. */
function endOf(sql: string, token: string, at: number): number {
  if (token === ';' || token === '*/') return at;
  if (token === '/*') return endOfComment(sql, at);
  const closing = token === '--' ? '\n' : token;
  const end = sql.indexOf(closing, at);
  return end < 0 ? sql.length : end + closing.length;
}

/** Comments stand within comments. @see https://www.postgresql.org/docs/8.0/sql-syntax.html */
function endOfComment(sql: string, at: number): number {
  const marks = /\/\*|\*\//g;
  marks.lastIndex = at;
  let depth = 1;
  for (let found = marks.exec(sql); found !== null; found = marks.exec(sql)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return sql.length;
}
