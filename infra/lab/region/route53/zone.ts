import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import type { RecordSet, RecordStore } from './record-store';

export interface Zone {
  readonly id: string;
  readonly name: string;
  readonly vpcIds: readonly string[];
  readonly records: RecordStore;
  /** Its quota of record sets. */
  recordLimit: number;
  /** Until then (milliseconds) a further change is refused. */
  busyUntil: number;
}

/** What a new private zone has already: its SOA and NS records, which every listing shows. */
export function ownRecords(zoneName: string): RecordSet[] {
  const hosts = ['ns-1536.awsdns-00.co.uk.', 'ns-0.awsdns-00.com.', 'ns-1024.awsdns-00.org.', 'ns-512.awsdns-00.net.'];
  const soa = `${hosts[0] ?? ''} awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400`;
  return [
    { name: zoneName, type: 'NS', ttl: 172_800, values: hosts },
    { name: zoneName, type: 'SOA', ttl: 900, values: [soa] },
  ];
}

export function describeRecord({ name, type, ttl, values, setIdentifier, aliasOf }: RecordSet): ResourceRecordSet {
  const routed = setIdentifier === undefined ? {} : { SetIdentifier: setIdentifier, Weight: 1 };
  if (aliasOf !== undefined) {
    const AliasTarget = { HostedZoneId: 'Z0ALIAS', DNSName: aliasOf, EvaluateTargetHealth: false };
    return { Name: name, Type: type, ...routed, AliasTarget };
  }
  return { Name: name, Type: type, ...routed, TTL: ttl, ResourceRecords: values.map((Value) => ({ Value })) };
}
