/** Where a text of SQL ends: in its code, or within what began and has no end yet. */
export type SqlPlace = 'code' | 'literal' | 'name' | 'comment' | 'dollar literal';

/** Reads on from `from`. Linear; comments of one line end with it. Nested comments are taken as one, as PostgreSQL does not. */
export function openAtEnd(text: string, from: SqlPlace): SqlPlace {
  let place = from;
  let at = 0;
  while (at < text.length) {
    if (place !== 'code') {
      const closing = closings[place];
      const end = text.indexOf(closing, at);
      if (end < 0) return place;
      at = end + closing.length;
      place = 'code';
      continue;
    }
    openings.lastIndex = at;
    const found = openings.exec(text);
    if (found === null) return 'code';
    at = openings.lastIndex;
    if (found[0] === '--') {
      const newline = text.indexOf('\n', at);
      if (newline < 0) return 'code';
      at = newline;
    } else place = placeOf[found[0]] ?? 'code';
  }
  return place;
}

const openings = /'|"|\/\*|--|\$\$/g;
const placeOf: Record<string, SqlPlace> = { "'": 'literal', '"': 'name', '/*': 'comment', $$: 'dollar literal' };
const closings = { literal: "'", name: '"', comment: '*/', 'dollar literal': '$$' } as const;
