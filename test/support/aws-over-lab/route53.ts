import type { ChangeAction, ResourceRecordSet, RRType } from '@aws-sdk/client-route-53';
import type { Lab } from '../../../infra/lab/systems/fleet/lab';
import { escapeXml } from './query';

/** Route 53's REST API over a lab's. @returns XML, or `undefined` for what is not modelled. */
export async function answerRoute53(lab: Lab, method: string, url: URL, body: string): Promise<string | undefined> {
  const [, zone = '', rest = ''] = /^\/2013-04-01\/hostedzone\/(\w+)(\/rrset\/?)?$/.exec(url.pathname) ?? [];
  if (zone === '') return undefined;
  const { api } = lab.region.route53;
  if (rest === '')
    return `<GetHostedZoneResponse><HostedZone><Id>/hostedzone/${zone}</Id><Config><PrivateZone>true</PrivateZone></Config></HostedZone><VPCs><VPC><VPCId>vpc-of-others</VPCId></VPC></VPCs></GetHostedZoneResponse>`;
  if (method === 'GET') {
    const [name, type] = [url.searchParams.get('name'), url.searchParams.get('type')];
    const page = await api.listResourceRecordSets({
      HostedZoneId: zone,
      MaxItems: Number(url.searchParams.get('maxitems') ?? 300),
      ...(name !== null && { StartRecordName: name }),
      ...(type !== null && { StartRecordType: type as RRType }),
    });
    const { IsTruncated, NextRecordName, NextRecordType } = page;
    const next =
      NextRecordName === undefined
        ? ''
        : `<NextRecordName>${NextRecordName}</NextRecordName><NextRecordType>${NextRecordType ?? ''}</NextRecordType>`;
    const sets = (page.ResourceRecordSets ?? []).map(setXml).join('');
    return `<ListResourceRecordSetsResponse><ResourceRecordSets>${sets}</ResourceRecordSets><IsTruncated>${String(IsTruncated)}</IsTruncated><MaxItems>300</MaxItems>${next}</ListResourceRecordSetsResponse>`;
  }
  const { ChangeInfo } = await api.changeResourceRecordSets({
    HostedZoneId: zone,
    ChangeBatch: { Changes: changesIn(body) },
  });
  const { Id = '', Status = '', SubmittedAt = new Date(0) } = ChangeInfo ?? {};
  return `<ChangeResourceRecordSetsResponse><ChangeInfo><Id>${Id}</Id><Status>${Status}</Status><SubmittedAt>${SubmittedAt.toISOString()}</SubmittedAt></ChangeInfo></ChangeResourceRecordSetsResponse>`;
}

function setXml({ Name = '', Type, TTL, ResourceRecords = [] }: ResourceRecordSet): string {
  const values = ResourceRecords.map(
    ({ Value = '' }) => `<ResourceRecord><Value>${escapeXml(Value)}</Value></ResourceRecord>`,
  );
  return `<ResourceRecordSet><Name>${Name}</Name><Type>${Type ?? ''}</Type><TTL>${TTL ?? 0}</TTL><ResourceRecords>${values.join('')}</ResourceRecords></ResourceRecordSet>`;
}

function changesIn(body: string) {
  return [...body.matchAll(/<Change>(.*?)<\/Change>/gs)].map(([, change = '']) => {
    const one = (tag: string) => plain(new RegExp(`<${tag}>(.*?)</${tag}>`, 's').exec(change)?.[1] ?? '');
    const values = [...change.matchAll(/<Value>(.*?)<\/Value>/gs)].map(([, value = '']) => ({ Value: plain(value) }));
    return {
      Action: one('Action') as ChangeAction,
      ResourceRecordSet: {
        Name: one('Name'),
        Type: one('Type') as RRType,
        TTL: Number(one('TTL')),
        ResourceRecords: values,
      },
    };
  });
}

function plain(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
