import type { Change, RRType } from '@aws-sdk/client-route-53';
import { exampleWorld } from '../../support/permissions/example-scope';
import { iamActions } from '../../support/permissions/iam-actions';
import { cases, may } from '../../support/permissions/may';

// What the two functions that write in others' places may not do, each beside the nearest thing that they may.

const world = exampleWorld();

describe('register-dns', () => {
  const change = (name: string, type: RRType = 'A', action: Change['Action'] = 'CREATE'): Change => ({
    Action: action,
    ResourceRecordSet: { Name: name, Type: type, TTL: 60, ResourceRecords: [{ Value: 'x' }] },
  });
  const web01 = 'web-01.internal.example.com.';
  const reverse = '7.1.0.10.in-addr.arpa.';
  const changes = (zone: string, ...list: Change[]) =>
    iamActions.route53.changeResourceRecordSets({ HostedZoneId: zone, ChangeBatch: { Changes: list } }, world);

  test.each(
    cases(
      ['create its names', true, changes('ZFORWARD', change(web01), change(web01, 'AAAA'), change(web01, 'TXT'))],
      ['replace them', true, changes('ZFORWARD', change(web01, 'A', 'DELETE'), change(web01))],
      ['write the thousandth name', true, changes('ZFORWARD', change('web-1000.internal.example.com.'))],
      ['write the name of a short pattern', true, changes('ZFORWARD', change('a7.internal.example.com.'))],
      ['write a name in capitals, which is the same', true, changes('ZFORWARD', change('WEB-01.Internal.Example.Com'))],
      ['write a pointer', true, changes('ZREVERSE', change(reverse, 'PTR'), change(reverse, 'TXT'))],

      ['write into a foreign zone', false, changes('ZOTHER', change(web01))],
      ['write a foreign name', false, changes('ZFORWARD', change('mail.internal.example.com.'))],
      ['write a name that begins like one', false, changes('ZFORWARD', change('web-admin.internal.example.com.'))],
      [
        'write one of a group with a longer name',
        false,
        changes('ZFORWARD', change('web-eu-01.internal.example.com.')),
      ],
      ['write a name below one', false, changes('ZFORWARD', change('x.web-01.internal.example.com.'))],
      ['write the apex', false, changes('ZFORWARD', change('internal.example.com.', 'TXT'))],
      ['write a wildcard', false, changes('ZFORWARD', change('*.internal.example.com.'))],
      [
        'smuggle one in beside its own',
        false,
        changes('ZFORWARD', change(web01), change('mail.internal.example.com.')),
      ],
      ['overwrite', false, changes('ZFORWARD', change(web01, 'A', 'UPSERT'))],
      ['write another type', false, changes('ZFORWARD', change(web01, 'CNAME'))],
      ['write pointers into the forward zone', false, changes('ZFORWARD', change(web01, 'PTR'))],
      ['write addresses into the reverse zone', false, changes('ZREVERSE', change(reverse, 'A'))],
      ['write the apex of the reverse zone', false, changes('ZREVERSE', change('0.10.in-addr.arpa.', 'TXT'))],
      ['send a batch of nothing', false, changes('ZFORWARD')],
      ['read a foreign zone', false, iamActions.route53.listResourceRecordSets({ HostedZoneId: 'ZOTHER' }, world)],
      ['read its zone', true, iamActions.route53.listResourceRecordSets({ HostedZoneId: 'ZFORWARD' }, world)],
    ),
  )('%s %s', (_, __, allowed, requests) => {
    expect(may('register-dns', requests)).toBe(allowed);
  });
});

describe('tag-instance', () => {
  const tags = (groupOf: string | null, ...keys: string[]) =>
    iamActions.ec2.createTags(
      { Resources: ['i-0a1b2c3d'], Tags: keys.map((Key) => ({ Key, Value: 'x' })) },
      exampleWorld(groupOf),
    );
  const [ours] = tags('web', 'Name');
  const volume = [{ ...ours!, resource: ours!.resource.replace('instance/i-', 'volume/vol-') }];

  test.each(
    cases(
      [
        'write the keys of a group on its instances',
        true,
        tags('web', 'Name', 'muster:index', 'muster:deployment', 'Role'),
      ],
      ['write some of them', true, tags('api', 'Tier')],
      ['write a foreign key', false, tags('web', 'Name', 'Owner')],
      ['write a key in other case', false, tags('web', 'role')],
      ["write another group's key", false, tags('web', 'Tier')],
      ['write on an instance of another group', false, tags('batch', 'Name')],
      ['write on an instance of a group whose name begins alike', false, tags('web-eu', 'Name')],
      ['write on an instance of no group', false, tags(null, 'Name')],
      ['send no key at all', false, tags('web')],
      ['write on a volume', false, volume],
    ),
  )('%s %s', (_, __, allowed, requests) => {
    expect(may('tag-instance', requests)).toBe(allowed);
  });
});
