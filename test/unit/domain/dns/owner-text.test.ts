import { readFileSync } from 'node:fs';
import { identityText, parseIdentity, readIdentity, type Identity } from '../../../../functions/fleet/domain/identity';
import {
  changeComment,
  isOfGroup,
  isOwn,
  ownerText,
  parseOwnerRecord,
} from '../../../../functions/fleet/domain/dns/record-sets';

const identity = parseIdentity('aws:123456789012:eu-central-1:muster');
// The longest of each: the partition and region of the Chinese and isolated partitions, and a stack's 32 characters.
const longest: Identity = {
  partition: 'aws-us-gov',
  account: '123456789012',
  region: 'ap-southeast-99',
  deployment: `m${'x'.repeat(31)}`,
};
const instanceId = 'i-0123456789abcdef0';
const groups = {
  'of 255 characters': 'g'.repeat(255),
  'of 255 characters, with another end': `${'g'.repeat(254)}h`,
  'with a comma and an equals sign': 'web,instance=i-0bad',
  'with quotation marks': 'web" "heritage=muster',
  'with a backslash': 'web\\054instance',
  'with spaces': 'web blue',
  'with other letters': 'wéb-漢字-🚀',
  'that is capital': 'WEB',
  'that is small': 'web',
};

describe.each(Object.entries(groups))('the text of a group %s', (_, group) => {
  const owner = { identity: longest, group, instanceId };
  const text = ownerText(owner);

  test('is one string that Route 53 takes, of characters that it writes as they are', () => {
    expect(text).toMatch(/^"[\w.:/@+=,-]{1,255}"$/);
  });

  test('is read as that instance’s, and as no other group’s or deployment’s', () => {
    const ownerRecord = parseOwnerRecord(text)!;
    expect(ownerRecord).toMatchObject({ form: 'current', identity: longest, instanceId });
    expect(isOwn(ownerRecord, owner)).toBe(true);
    for (const other of Object.values(groups).filter((one) => one !== group)) {
      expect(isOfGroup(ownerRecord, { identity: longest, group: other })).toBe(false);
    }
    for (const [key, value] of Object.entries({ partition: 'aws-cn', account: '210987654321', deployment: 'other' })) {
      expect(isOfGroup(ownerRecord, { group, identity: { ...longest, [key]: value } })).toBe(false);
    }
  });

  test('is read however its value is spelled', () => {
    const octal = text.slice(1, -1).replace(/./g, (one) => `\\${one.charCodeAt(0).toString(8).padStart(3, '0')}`);
    const halves = `"${text.slice(1, 90)}" "${text.slice(90, -1)}"`;
    for (const spelled of [`"${octal}"`, halves]) expect(isOwn(parseOwnerRecord(spelled)!, owner)).toBe(true);
  });

  test('fits into a comment, of which Route 53 takes 256 characters', () => {
    const comment = changeComment(`confirm for ${instanceId}`, owner);
    expect(comment.length).toBeLessThanOrEqual(256);
    expect(comment).toMatch(
      /^muster aws-us-gov:123456789012:[\w:-]+: confirm for i-0123456789abcdef0 of group [\w-]+$/,
    );
  });
});

test.each([
  ['the keys in another order', `"heritage=muster,group=web,deployment=${identityText(identity)},instance=i-0a"`],
  ['capitals', `"HERITAGE=MUSTER,DEPLOYMENT=${identityText(identity)},GROUP=web,INSTANCE=i-0a"`],
  ['two instances', `"heritage=muster,deployment=${identityText(identity)},group=web,instance=i-0a,instance=i-0b"`],
  ['a key of a later version', `"heritage=muster,deployment=${identityText(identity)},group=web,x=1,instance=i-0a"`],
  ['no deployment', '"heritage=muster,deployment=,group=web,instance=i-0a"'],
  ['another system', '"heritage=external-dns,external-dns/owner=default"'],
])('a mark with %s is of an owner, and not of this instance', (_, value) => {
  const ownerRecord = parseOwnerRecord(value);
  expect(ownerRecord).toEqual({ form: 'unknown' });
  expect(isOwn(ownerRecord!, { identity, group: 'web', instanceId: 'i-0a' })).toBe(false);
});

test.each(['aws', 'aws-cn', 'aws-us-gov', 'aws-iso-b'])(
  'an identity of partition %s is read as it is written',
  (partition) => {
    const one = { ...identity, partition };
    expect(readIdentity(identityText(one))).toEqual(one);
  },
);

test('the README’s command for records that are left finds them, also those of earlier versions', () => {
  const texts = [...readFileSync('README.md', 'utf8').matchAll(/contains\(Value, '(.*?)'\)/g)].map(([, text = '']) =>
    text.replace('ACCOUNT', '123456789012').replace('REGION', 'eu-central-1'),
  );
  const isFound = (value: string) => texts.some((text) => value.includes(text));
  expect(isFound(ownerText({ identity, group: 'web', instanceId }))).toBe(true);
  expect(isFound(`"heritage=muster,group=web,instance=${instanceId}"`)).toBe(true);
  expect(isFound(ownerText({ identity: { ...identity, region: 'eu-west-1' }, group: 'web', instanceId }))).toBe(false);
  expect(isFound(ownerText({ identity: { ...identity, deployment: 'muster-next' }, group: 'web', instanceId }))).toBe(
    false,
  );
});
