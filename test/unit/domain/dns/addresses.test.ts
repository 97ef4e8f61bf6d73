import type { Instance } from '@aws-sdk/client-ec2';
import {
  addressIn,
  decideMainAddress,
  decideNameAddresses,
  decideTargetAddress,
  decideTargetKind,
  mainAddress,
} from '../../../../functions/fleet/domain/dns/addresses';
import { idIn, idsIn, isSameId, othersWith, recordedTargets } from '../../../../functions/fleet/domain/targets';
import { aMember } from '../../../support/sightings';
import { shownAddresses } from '../../../../functions/fleet/resources/addresses';

const one = (DeviceIndex: number, PrivateIpAddress: string, more: object = {}) => ({
  Attachment: { DeviceIndex },
  PrivateIpAddress,
  ...more,
});
const running = (...NetworkInterfaces: NonNullable<Instance['NetworkInterfaces']>): Instance => ({
  State: { Name: 'running' },
  NetworkInterfaces,
});

describe('the addresses that count', () => {
  test('are those of the primary interface, in any order', () => {
    const card = { Attachment: { DeviceIndex: 0, NetworkCardIndex: 1 }, PrivateIpAddress: '10.0.0.8' };
    expect(shownAddresses(running(one(1, '10.0.0.9'), card, one(0, '10.0.0.7'))).addresses).toEqual(['10.0.0.7']);
  });

  test('are its primary ones', () => {
    const PrivateIpAddresses = [
      { PrivateIpAddress: '10.0.0.9', Primary: false },
      { PrivateIpAddress: '10.0.0.7', Primary: true },
    ];
    const Ipv6Addresses = [{ Ipv6Address: 'fd00::1' }, { Ipv6Address: 'fd00::9', IsPrimaryIpv6: true }];
    const instance = running(one(0, '10.0.0.7', { PrivateIpAddresses, Ipv6Addresses }));
    expect(shownAddresses(instance)).toEqual({ addresses: ['10.0.0.7', 'fd00::9'], isFinal: true });
  });

  test('are the same at every look where none is primary', () => {
    const look = (...all: string[]) =>
      shownAddresses(running(one(0, '10.0.0.7', { Ipv6Addresses: all.map((Ipv6Address) => ({ Ipv6Address })) })));
    expect(look('fd00::2', 'fd00::1')).toEqual(look('fd00::1', 'fd00::2'));
  });

  test.each([
    ['it is pending', { ...running(one(0, '10.0.0.7')), State: { Name: 'pending' } }],
    ['its interfaces are not shown', running()],
    ['its primary interface is not shown', running(one(1, '10.0.0.9'))],
  ] as [string, Instance][])('may not be all yet while %s', (_, instance) =>
    expect(shownAddresses(instance).isFinal).toBe(false),
  );

  test('are found by their family, in lists of every version', () => {
    expect(addressIn(['fd00::1', '10.0.0.7'], 'ipv4')).toBe('10.0.0.7');
    expect([mainAddress(['fd00::1', '10.0.0.7']), mainAddress(['fd00::1']), mainAddress(undefined)]).toEqual([
      '10.0.0.7',
      'fd00::1',
      undefined,
    ]);
  });
});

describe('what is done about an address', () => {
  const shown = (isFinal: boolean, ...addresses: string[]) => ({ isFinal, addresses });
  test.each([
    [shown(false), false, 'wait'],
    [shown(false, 'fd00::1'), true, 'wait'],
    [shown(false, '10.0.0.7'), true, 'wait'],
    [shown(false, '10.0.0.7'), false, 'use'],
    [shown(true, 'fd00::1'), true, 'use'],
    [shown(true, 'fd00::1'), false, 'unavailable'],
    [shown(true, '10.0.0.7'), true, 'unavailable'],
    [shown(true, '10.0.0.7', 'fd00::1'), true, 'use'],
  ] as const)('%j with dns.ipv6 %s: %s', (seen, ipv6, action) =>
    expect(decideNameAddresses(seen, ipv6).action).toBe(action),
  );

  test.each([
    [shown(false, 'fd00::1'), 'wait', 'wait'],
    [shown(true, 'fd00::1'), 'use', 'unavailable'],
    [shown(true), 'unavailable', 'unavailable'],
    [shown(false, '10.0.0.7'), 'use', 'use'],
  ] as const)('%j for templates: %s, for a target group of IPv4: %s', (seen, main, target) =>
    expect([decideMainAddress(seen).action, decideTargetAddress(seen, 'ipv4').action]).toEqual([main, target]),
  );
});

test('what is missing is said by its family, and what to change by what is asked for', () => {
  const reason = (decision: object) => ('reason' in decision ? decision.reason : undefined);
  const none = { isFinal: false, addresses: [] };
  expect(reason(decideNameAddresses(none, true))).toBe('EC2 shows no IPv4 and no IPv6 address of it yet');
  expect(reason(decideNameAddresses(none, false))).toBe('EC2 shows no IPv4 address of it yet');
  expect(reason(decideNameAddresses({ isFinal: true, addresses: [] }, true))).toMatch(
    /no IPv6 .*: set dns.ipv6 to false/,
  );
  expect(reason(decideNameAddresses({ isFinal: true, addresses: [] }, false))).toMatch(
    /no IPv4 .*: set dns.ipv6 to true/,
  );
  expect(reason(decideTargetAddress(none, 'ipv6'))).toBe('EC2 shows no IPv6 address of it yet');
});

describe('what a member is a target by', () => {
  const member = { instanceId: 'i-a', targetGroups: ['arn:a', 'arn:b'], targets: ['arn:b 10.0.0.7', 'arn:b 10.0.0.8'] };
  test('is what is on record, and its id where nothing is', () => {
    expect(recordedTargets(member)).toEqual([
      { targetGroup: 'arn:a', id: 'i-a' },
      { targetGroup: 'arn:b', id: '10.0.0.7' },
      { targetGroup: 'arn:b', id: '10.0.0.8' },
    ]);
    expect([idIn(member, 'arn:b'), idsIn(member, 'arn:a')]).toEqual(['10.0.0.8', ['i-a']]);
  });

  test('has several spellings', () => {
    expect(isSameId('2001:DB8:0:0::4', '2001:db8::4')).toBe(true);
    expect(isSameId('2001:db8::5', '2001:db8::4')).toBe(false);
    expect(isSameId(undefined, 'i-a')).toBe(false);
    expect([isSameId('i-a', 'i-a'), isSameId('I-a', 'i-a'), isSameId('10.0.0.7', '10.0.0.7')]).toEqual([
      true,
      false,
      true,
    ]);
    expect([isSameId('a:b', 'A:B'), isSameId('a:b', 'a:b')]).toEqual([false, true]);
  });

  test('is nothing without a target group on record', () => {
    expect(recordedTargets({ instanceId: 'i-a', targets: ['arn:b 10.0.0.7'] })).toEqual([]);
    expect(idIn({ instanceId: 'i-a' }, 'arn:b')).toBe('i-a');
  });

  test('may be on record of others too', () => {
    const target = { targetGroup: 'arn:b', id: '10.0.0.7' };
    const self = { ...aMember({ instanceId: 'i-a' }), targets: ['arn:b 10.0.0.7'] };
    const same = { ...self, instanceId: 'i-b' };
    const others = [aMember({ instanceId: 'i-c' }), { ...self, instanceId: 'i-d', targets: ['arn:a 10.0.0.7'] }];
    expect(othersWith(target, self, [self, same, ...others])).toEqual([same]);
  });

  test('is decided by the type of the target group', () => {
    const by = (targetType: string, ipAddressType = 'ipv4') => decideTargetKind({ targetType, ipAddressType });
    expect([by('instance', 'ipv6'), by('ip'), by('ip', 'ipv6')]).toEqual([
      { by: 'instance' },
      { by: 'address', family: 'ipv4' },
      { by: 'address', family: 'ipv6' },
    ]);
    expect(by('alb')).toMatchObject({ by: 'nothing', reason: expect.stringContaining('type alb') as string });
  });
});
