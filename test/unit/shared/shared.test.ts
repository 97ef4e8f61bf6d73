import {
  isChangeOutdated,
  isInvalidChangeBatch,
  isThrottled,
  isTransactionContended,
  isUnavailable,
  isZoneUnusable,
  refusedChanges,
} from '../../../functions/shared/aws-errors';
import { parseEnvironment } from '../../../functions/shared/environment';
import { jsonLogger } from '../../../functions/shared/runtime';
import { placeholders, fillTemplate } from '../../../functions/shared/names-and-urls';

test('templates are filled in, padded as asked', () => {
  expect(fillTemplate('{group}-{index:02}.{index:04}', { group: 'web', index: 3 })).toBe('web-03.0003');
  expect(fillTemplate('{index:2}', { index: 3 })).toBe('{index:2}');
  expect(fillTemplate('{"a":"{name}"} {missing}!', { name: 'web-03' })).toBe('{"a":"web-03"} !');
  expect(placeholders('{a} {"b"} {c:02} {{d}}')).toEqual(['a', 'c', 'd']);
});

test('an environment is refused with all that is missing', () => {
  expect(() => parseEnvironment({ A: '1', B: '' }, ['A', 'B', 'C'])).toThrow('missing or empty: B, C');
  expect(parseEnvironment({ A: '1' }, ['A'])).toEqual({ A: '1' });
});

test('a log line is one JSON object', () => {
  const lines: string[] = [];
  jsonLogger((line) => lines.push(line), { service: 'muster' }).info('hello', { group: 'web' });
  expect(lines).toEqual(['{"level":"info","message":"hello","service":"muster","group":"web"}']);
});

const awsError = (name: string, httpStatusCode?: number, code?: string) =>
  Object.assign(new Error('x'), {
    name,
    ...(code && { code }),
    ...(httpStatusCode && { $metadata: { httpStatusCode } }),
  });

test.each([
  'Throttling',
  'ThrottlingException',
  'RequestLimitExceeded',
  'TooManyRequestsException',
  'Throttled',
  'KMSThrottling',
])('%s asks to slow down', (name) => {
  expect(isThrottled(awsError(name, 400))).toBe(true);
});

test('faults of a service or of the way to it are told from ours', () => {
  expect(isUnavailable(awsError('Whatever', 503))).toBe(true);
  expect(isUnavailable(awsError('Error', undefined, 'ECONNRESET'))).toBe(true);
  expect(isUnavailable(awsError('TimeoutError'))).toBe(true);
  expect(isUnavailable(awsError('AccessDenied', 403))).toBe(false);
  expect(isUnavailable(awsError('ValidationError', 400))).toBe(false);
  expect(isUnavailable('text')).toBe(false);
  expect(isThrottled(undefined)).toBe(false);
});

test('a refused change batch is known in each form that Route 53 gives it, with the names in it', () => {
  const said = "[Tried to create resource record set [name='web-03.x.', type='A'] but it already exists]";
  const forms = [
    Object.assign(new Error(said), { name: 'InvalidChangeBatch' }),
    Object.assign(new Error('UnknownError'), { name: 'InvalidChangeBatch', messages: [said] }),
    Object.assign(new Error('UnknownError'), { name: 'Unknown', Messages: { Message: said } }),
  ];
  for (const error of forms) {
    expect(isInvalidChangeBatch(error)).toBe(true);
    expect(refusedChanges(error)).toContain("'web-03.x.'");
  }
  expect(isInvalidChangeBatch(awsError('Unknown', 400))).toBe(false);
});

describe('a refused change batch', () => {
  const refused = (message: string) => Object.assign(new Error(message), { name: 'InvalidChangeBatch', messages: [] });
  const exists = "Tried to create resource record set [name='web-03.x.', type='A'] but it already exists";
  const outside = 'RRSet with DNS name web-03.x. is not permitted in zone y.';

  test.each([
    exists,
    `[${exists}, Tried to create resource record set [name='web-03.x.', type='TXT'] but it already exists]`,
    "[Tried to delete resource record set [name='web-03.x.', type='A'] but it was not found]",
    "[Tried to delete resource record set [name='web-03.x.', type='A'] but the values provided do not match the current values]",
    "[Tried to delete resource record set [name='x.', type='A', set-identifier='but, one'] but it was not found]",
    'Tried to create resource record set web-03.x., type A, but it already exists',
    '[RRSet of type A with DNS name web-03.x. is not permitted because a conflicting RRSet of type  CNAME with the same DNS name already exists in zone x.]',
    '[RRSet of type CNAME with DNS name a.x. is not permitted as it conflicts with other records with the same DNS name in zone x.]',
    // As reported: cert-manager 5388, terraform-provider-aws 1668.
    '[RRSet with DNS name web-03.x., type TXT cannot be created because a non multivalue answer rrset exists with the same name and type.]',
    '[RRSet with DNS name web-03.x., type A, SetIdentifier a, and Region Name=eu-west-1 cannot be created because a latency RRSet with the same name, type and region already exists.]',
    'UnknownError',
    '',
  ])('%s: is for what stands in the zone by now', (message) => {
    expect(isChangeOutdated(refused(message))).toBe(true);
    expect(isZoneUnusable(refused(message))).toBe(false);
  });

  test.each([
    `[${outside}]`,
    `[${exists}, ${outside}]`,
    `[${outside}, ${exists}]`,
    "[Invalid Resource Record: 'FATAL problem: ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address) encountered with '10.0.0''] ",
    '[RRSet of type CNAME with DNS name x. is not permitted at apex in zone x.]',
    "[The request contains an invalid set of changes for a resource record set 'A web-03.x.']",
    'Number of records limit of 1000 exceeded.',
    'Tried to create an alias that targets y., type A in zone Z1, but that target was not found',
    "[FATAL problem: UnsupportedCharacter (Value contains unsupported characters) encountered with 'ü']",
    'a reason that Route 53 has yet to invent',
  ])('%s: is a mistake', (message) => {
    expect(isChangeOutdated(refused(message))).toBe(false);
    expect(isZoneUnusable(refused(message))).toBe(true);
    const listed = Object.assign(new Error('UnknownError'), { name: 'Unknown', Messages: { Message: [message] } });
    expect(isChangeOutdated(listed)).toBe(false);
    expect(refusedChanges(listed)).toBe(message.trim());
  });
});

test('a transaction that met another is told from one whose condition failed', () => {
  const cancelled = (...codes: string[]) =>
    Object.assign(awsError('TransactionCanceledException', 400), {
      CancellationReasons: codes.map((Code) => ({ Code })),
    });
  expect(isTransactionContended(cancelled('None', 'TransactionConflict'))).toBe(true);
  expect(isTransactionContended(awsError('TransactionConflictException', 400))).toBe(true);
  expect(isTransactionContended(cancelled('ConditionalCheckFailed', 'None'))).toBe(false);
  expect(isTransactionContended(awsError('TransactionCanceledException', 400))).toBe(false);
});
