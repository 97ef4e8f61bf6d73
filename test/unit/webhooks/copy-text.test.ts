import fc from 'fast-check';
import { copyTextOf } from '../../../functions/webhooks/adapters/postgres/copy-text';
import { faultOf } from '../../../functions/webhooks/domain/failure';

const columns = [
  { name: 'id', isJson: false },
  { name: 'amount', isJson: false },
  { name: 'payload', isJson: true },
];
const copyOf = (copy: (lines: Buffer) => Buffer) => (lines: string) => copy(Buffer.from(lines)).toString('utf8');
const copyLine = copyOf(copyTextOf(columns));
const fields = (line: string) => copyLine(line).replace(/\n$/, '').split('\t');

/** As COPY's text format reads a field (PostgreSQL documentation, "COPY"). */
const readByCopy = (field: string) =>
  field.replace(/\\(.)/gs, (_, one: string) => ({ b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' })[one] ?? one);

describe('a staged line as a line of COPY', () => {
  test('values are passed on as they are written: no number is rounded', () => {
    const payload = '{"big":123456789012345678,"d":1.10,"d":2}';
    expect(fields(`{"amount":99999999999999999.10,"id":"a","payload":${payload}}`)).toEqual([
      'a',
      '99999999999999999.10',
      payload,
    ]);
  });

  test('what is missing or null is NULL, what no column takes is left out, the last of a name counts', () => {
    expect(fields('{"id":null,"more":[1,{"}":"]"}]}')).toEqual(['\\N', '\\N', '\\N']);
    expect(fields('{"id":"a","id":"b"}')[0]).toBe('b');
    expect(fields(' { "id" : "a" , "amount" : -1.5e3 } ').slice(0, 2)).toEqual(['a', '-1.5e3']);
    expect(fields('{}')).toEqual(['\\N', '\\N', '\\N']);
  });

  test('a text that looks like NULL, a tab or the end stays what it is', () => {
    expect(copyLine('{"id":"\\\\N"}')).toBe('\\\\N\t\\N\t\\N\n');
    expect(copyLine('{"id":"a\\tb\\nc\\u00fc\\"\\\\"}')).toBe('a\\tb\\ncü"\\\\\t\\N\t\\N\n');
    expect(copyLine('{"id":"null","payload":"null"}')).toBe('null\t\\N\t"null"\n');
    expect(copyLine('{"payload":{"a":"\\n\\"}"}}')).toBe('\\N\t\\N\t{"a":"\\\\n\\\\"}"}\n');
    expect(copyLine('{"\\u0069d":"a","payload":false}')).toBe('a\t\\N\tfalse\n');
  });

  test('letters of any script come through, written as they are and as escapes', () => {
    expect(fields('{"id":"žluťoučký 😀 \\u017e\\ud83d\\ude00","payload":{"ключ":"値"}}')).toEqual([
      'žluťoučký 😀 ž😀',
      '\\N',
      '{"ключ":"値"}',
    ]);
  });

  test('a line whose members stand as they did in the one before, and one in which they do not', () => {
    const copy = copyOf(copyTextOf(columns));
    expect(copy('{"id":"a","amount":1,"payload":{}}')).toBe('a\t1\t{}\n');
    expect(copy('{"id":"b","amount":2,"payload":{}}')).toBe('b\t2\t{}\n');
    expect(copy('{"amount":3,"id":"c"}')).toBe('c\t3\t\\N\n');
    expect(copy('{"id" :"d","amounts":4,"amount":5}')).toBe('d\t5\t\\N\n');
    expect(copy('{"id":"id\\":","id":"e"}')).toBe('e\t\\N\t\\N\n');
  });

  test('several lines, the last one with its end or without it, and lines of nothing', () => {
    const lines = '{"id":"a"}\r\n\n{"amount":1}\n{"id":"b","payload":[\t1]}';
    for (const end of ['', '\n', '\n\n'])
      expect(copyLine(lines + end)).toBe('a\t\\N\t\\N\n\\N\t1\t\\N\nb\t\\N\t[\\t1]\n');
    expect(copyLine('')).toBe('');
  });

  test('what COPY reads of any row is what was in it', () => {
    const value = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: fc.constantFrom(...Array.from('\\"\n\r\tN/bu{[')) }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(value, fc.bigInt(), fc.jsonValue()), { minLength: 1, maxLength: 5 }), (rows) => {
        const lines = rows.map(
          ([id, amount, payload]) =>
            `{"payload":${JSON.stringify(payload)},"amount":${amount},"id":${JSON.stringify(id)}}`,
        );
        const copied = copyLine(lines.join('\n')).trimEnd().split('\n');
        expect(copied).toHaveLength(rows.length);
        for (const [index, [id, amount, payload]] of rows.entries()) {
          const [first = '', second, third = ''] = (copied[index] ?? '').split('\t');
          expect(readByCopy(first)).toBe(id);
          expect(second).toBe(String(amount));
          if (payload === null) expect(third).toBe('\\N');
          else expect(JSON.parse(readByCopy(third))).toEqual(JSON.parse(JSON.stringify(payload)));
        }
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ' ',
    'x',
    '[1]',
    '{"id":"a"',
    '{"id":"a"}}',
    '{"id":"a",}',
    '{"id" "a"}',
    '{"id":tru}',
    '{"id":01}',
    '{"id":"a}',
    '{"id":"a\\"}',
    '{"id":"\\x"}',
    '{"id":"\\ud800"}',
    '{"payload":{"a":1}',
    '{id:1}',
  ])('%j is no object of JSON, and that is the fault of the data', (line) => {
    let said = '';
    try {
      copyLine(line);
    } catch (error) {
      said = (error as SyntaxError).message;
    }
    expect(said).toMatch(/^invalid input syntax for type json/);
    expect(faultOf(said)).toBe('data');
  });
});
