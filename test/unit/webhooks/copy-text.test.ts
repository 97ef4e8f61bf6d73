import { copyLineOf } from '../../../functions/webhooks/adapters/postgres/copy-text';
import { faultOf } from '../../../functions/webhooks/domain/failure';

const columns = [
  { name: 'id', isJson: false },
  { name: 'amount', isJson: false },
  { name: 'payload', isJson: true },
];
const copyLine = copyLineOf(columns);
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
