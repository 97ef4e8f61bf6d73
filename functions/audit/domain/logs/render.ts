import type { ActivityRecord, ConnectionRecord, LogRecord, UserRecord } from './records';
import { renderRecordTime } from './times';

/** A record as Redshift writes it: what the demo and the tests make logs with. Without a newline at its end. */
export function renderRecord(record: LogRecord): string {
  switch (record.log) {
    case 'connectionlog':
      return connection(record);
    case 'userlog':
      return user(record);
    case 'useractivitylog':
      return activity(record);
  }
}

const text = (value: string) => `${value} `;
const flag = (value: boolean) => (value ? '1' : '0');

function connection(one: ConnectionRecord): string {
  const all = [
    text(one.event),
    renderRecordTime(one.at),
    text(one.host),
    text(one.port),
    String(one.pid),
    text(one.database),
    text(one.user),
    text(one.authMethod),
    String(one.durationUs),
    text(one.sslVersion),
    text(one.sslCipher),
    one.mtu,
    ...[one.sslCompression, one.sslExpansion, one.iamAuthGuid, one.application, one.os, one.driver, one.plugin].map(
      text,
    ),
    one.protocol,
    one.session,
  ];
  return all.slice(0, one.columns).join('|');
}

function user(one: UserRecord): string {
  return [
    String(one.userId),
    text(one.user),
    text(one.oldUser),
    text(one.action),
    flag(one.createDb),
    flag(one.superuser),
    flag(one.catalog),
    one.validUntil,
    String(one.pid),
    String(one.xid),
    renderRecordTime(one.at),
  ].join('|');
}

function activity(one: ActivityRecord): string {
  const time = new Date(one.at).toISOString().replace('.000Z', 'Z');
  return `'${time} UTC [ db=${one.database} user=${one.user} pid=${one.pid} userid=${one.userId} xid=${one.xid} ]' LOG: ${one.statement}`;
}
