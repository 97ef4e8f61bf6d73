import { copyLineOf } from '../../../functions/webhooks/adapters/postgres/copy-text';
import { faultOf } from '../../../functions/webhooks/domain/failure';

const columns = [
  { name: 'id', isJson: false },
  { name: 'amount', isJson: false },
  { name: 'payload', isJson: true },
];
const copyBytes = copyLineOf(columns);
/** Of text: lines are bytes, a character for each. */
const copyLine = (line: string) =>
  Buffer.from(copyBytes(Buffer.from(line, 'utf8').toString('latin1')), 'latin1').toString('utf8');
const fields = (line: string) => copyLine(line).replace(/\n$/, '').split('\t');

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
    const copy = copyLineOf(columns);
    expect(copy('{"id":"a","amount":1,"payload":{}}')).toBe('a\t1\t{}\n');
    expect(copy('{"id":"b","amount":2,"payload":{}}')).toBe('b\t2\t{}\n');
    expect(copy('{"amount":3,"id":"c"}')).toBe('c\t3\t\\N\n');
    expect(copy('{"id" :"d","amounts":4,"amount":5}')).toBe('d\t5\t\\N\n');
    expect(copy('{"id":"id\\":","id":"e"}')).toBe('e\t\\N\t\\N\n');
  });

  test.each([
    '',
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
