import { allows, matches } from '../../support/permissions/evaluate';
import type { StatementJson } from '../../support/permissions/request';

// The rules of IAM that the other tests lean on.

const request = { action: 's:Do', resource: 'arn:aws:s:::thing/1', context: { 's:Keys': ['a', 'b'], 's:One': ['x'] } };
const statement = (changes: Partial<StatementJson> = {}): StatementJson => ({
  Effect: 'Allow',
  Action: ['s:Do', 's:Look'],
  Resource: 'arn:aws:s:::thing/*',
  ...changes,
});
const when = (operator: string, key: string, ...values: string[]) =>
  allows(statement({ Condition: { [operator]: { [key]: values } } }), request);

test.each<[string, boolean, Partial<StatementJson>]>([
  ['the action and the resource fit', true, {}],
  ['another action', false, { Action: 's:Look' }],
  ['another resource', false, { Resource: ['arn:aws:s:::thing/2', 'arn:aws:s:::thin'] }],
  ['everything', true, { Resource: '*' }],
])('%s: %s', (_, allowed, changes) => {
  expect(allows(statement(changes), request)).toBe(allowed);
});

test.each<[string, string, string[], boolean]>([
  ['StringEquals', 's:One', ['y', 'x'], true],
  ['StringEquals', 's:One', ['*'], false],
  ['StringEquals', 's:Missing', ['x'], false],
  ['ForAllValues:StringEquals', 's:Keys', ['a', 'b', 'c'], true],
  ['ForAllValues:StringEquals', 's:Keys', ['a'], false],
  // The trap: where there is nothing to compare, all of it fits.
  ['ForAllValues:StringEquals', 's:Missing', ['a'], true],
  ['Null', 's:Missing', ['false'], false],
  ['Null', 's:Keys', ['false'], true],
  ['ForAllValues:StringLike', 's:Keys', ['?'], true],
  ['ForAllValues:StringLike', 's:Keys', ['a*'], false],
])('%s %s %j: %s', (operator, key, values, allowed) => {
  expect(when(operator, key, ...values)).toBe(allowed);
});

test.each([
  ['a*c', 'abbc', true],
  ['a?c', 'ac', false],
  ['a${*}c', 'a*c', true],
  ['a${*}c', 'abc', false],
  ['a.c', 'abc', false],
])('%s and %s: %s', (pattern, text, expected) => {
  expect(matches(pattern, text)).toBe(expected);
});

test.each([
  ['an operator that it does not know', () => when('StringNotEquals', 's:One', 'y')],
  ['a statement that denies', () => allows(statement({ Effect: 'Deny' }), request)],
  ['a policy variable', () => matches('${aws:username}', 'x')],
  ['many values where one is compared', () => when('StringEquals', 's:Keys', 'a')],
])('%s is not passed over', (_, evaluate) => {
  expect(evaluate).toThrow();
});
