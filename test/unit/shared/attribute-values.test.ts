import fc from 'fast-check';
import { fromItem, toAttribute, toItem } from '../../../functions/shared/dynamodb/attribute-values';

describe('JSON as DynamoDB writes it', () => {
  test.each([
    ['text', 'web-07', { S: 'web-07' }],
    ['empty text', '', { S: '' }],
    ['a number', 7.5, { N: '7.5' }],
    ['no', false, { BOOL: false }],
    ['nothing', null, { NULL: true }],
    ['a list', ['a', 1, null], { L: [{ S: 'a' }, { N: '1' }, { NULL: true }] }],
    ['an object', { a: { b: true } }, { M: { a: { M: { b: { BOOL: true } } } } }],
  ])('%s', (_, value, attribute) => {
    expect(toAttribute(value)).toEqual(attribute);
  });

  test('leaves out what is undefined, at every depth', () => {
    expect(toItem({ a: undefined, b: { c: undefined, d: 1 } })).toEqual({ b: { M: { d: { N: '1' } } } });
  });

  test.each([NaN, Infinity, undefined, () => 1, 7n, Symbol('a')])('refuses %p, which JSON does not have', (value) => {
    expect(() => toAttribute(value)).toThrow('a table stores plain JSON');
  });

  test('comes back as it was', () => {
    const values = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown);
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), values), (attributes) => {
        expect(fromItem(toItem(attributes))).toEqual({ ...attributes });
      }),
    );
  });

  test('reads past what a later version may write: sets and bytes', () => {
    expect(fromItem({ a: { SS: ['x'] }, b: { B: new Uint8Array([1]) }, c: { S: 'kept' } })).toEqual({ c: 'kept' });
  });
});
