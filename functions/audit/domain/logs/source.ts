import { logTypes, type LogType } from './records';

/** Where a log is from. */
export interface LogSource {
  readonly type: LogType;
  /** A cluster, or a namespace of Serverless. */
  readonly cluster: string;
  readonly account?: string;
  readonly region?: string;
  /** A namespace of Serverless: a cluster can have the same name. */
  readonly serverless?: true;
  /** When the file begins, by its name, ms. */
  readonly from?: number;
}

const fileName =
  /(?:^|[^0-9])(\d{12})_redshift_([a-z0-9-]+)_([a-z0-9-]+)_(connectionlog|userlog|useractivitylog)_(\d{4}-\d\d-\d\dT\d\d)(?::|_|-|%3A)(\d\d)(?:\.gz)?$/i;

/** By the file's name alone: logs are copied to other folders, and the folder's day can differ. Plain, not URL-encoded. */
export function sourceOfKey(key: string): LogSource | undefined {
  const found = fileName.exec(key.slice(key.lastIndexOf('/') + 1));
  if (found === null) return undefined;
  const [, account = '', region = '', cluster = '', type = '', hour = '', minute = ''] = found;
  const from = Date.parse(`${hour}:${minute}:00Z`);
  return {
    type: type.toLowerCase() as LogType,
    cluster,
    account,
    region,
    ...(!Number.isNaN(from) && { from }),
  };
}

/** `/aws/redshift/cluster/<cluster>/<log>`, and of Serverless `/aws/redshift/<namespace>/<log>`. */
export function sourceOfLogGroup(name: string): LogSource | undefined {
  const found = /^\/aws\/redshift\/(cluster\/)?([^/]+)\/(\w+)$/.exec(name);
  const type = logTypes.find((one) => one === found?.[3]);
  if (type === undefined) return undefined;
  return { type, cluster: found?.[2] ?? '', ...(found?.[1] === undefined && { serverless: true }) };
}

/**
 * Which cluster is meant, of all accounts and regions whose logs come here: the name, then what tells it from others of
 * that name. What is remembered and reported of one is never another's.
 */
export function clusterKey({ cluster, region, account, serverless }: Omit<LogSource, 'type'>): string {
  const parts = [cluster, region, account, serverless && 'serverless'];
  return parts.filter((part) => part !== undefined && part !== '').join(' ');
}

/**
 * By how the first bytes look, for a file whose name says nothing. @param isAll whether no more of it comes, so that its
 * last line is a whole one: of a line that is cut, what is there could be taken for another's.
 */
export function typeOfContent(head: string, isAll = true): LogType | undefined {
  const lines = head.replace(/^\ufeff/, '').split('\n');
  for (const line of (isAll ? lines : lines.slice(0, -1)).slice(0, 50)) {
    if (/^'\d{4}-\d\d-\d\dT[^']{0,20} UTC \[ db=/.test(line)) return 'useractivitylog';
    if (/^[a-z][a-z _-]{2,49} ?\|[A-Za-z]{3}, \d/.test(line)) return 'connectionlog';
    if (/^\d+\|.*\|(create|drop|alter|rename) *\|[01]\|/.test(line)) return 'userlog';
  }
  return undefined;
}
