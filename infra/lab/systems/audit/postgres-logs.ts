import type { ActivityRecord, ConnectionRecord, UserRecord } from '../../../../functions/audit/domain/logs/records';

/** The settings of PostgreSQL, so that its own log says what Redshift's logs say. */
export const logFlags = [
  '-c',
  'log_connections=on',
  '-c',
  'log_disconnections=on',
  '-c',
  'log_statement=ddl',
  '-c',
  'log_timezone=UTC',
  '-c',
  'log_line_prefix=%m~%p~%h~%r~%d~%u~%a~',
  '-c',
  'logging_collector=off',
];

/** One entry of PostgreSQL's log. */
interface Entry {
  readonly at: number;
  readonly pid: number;
  readonly host: string;
  readonly port: string;
  readonly database: string;
  readonly user: string;
  readonly application: string;
  readonly level: string;
  readonly text: string;
}

const form =
  /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3}) UTC~(\d+)~([^~]*)~([^~]*)~([^~]*)~([^~]*)~([^~]*)~([A-Z]+): {2}([^]*)$/;

/** Entries of several lines are one: those that follow begin with a tab. */
export function entriesOf(log: string): Entry[] {
  return log
    .replace(/\n\t/g, '\n')
    .split(/\n(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} UTC~)/)
    .flatMap((text) => {
      const found = form.exec(text.trimEnd());
      if (found === null) return [];
      const [
        ,
        day = '',
        time = '',
        pid = '',
        host = '',
        remote = '',
        database = '',
        user = '',
        application = '',
        level = '',
        said = '',
      ] = found;
      const port = /\((\d+)\)$/.exec(remote)?.[1] ?? '';
      return [
        {
          at: Date.parse(`${day}T${time}Z`),
          pid: Number(pid),
          host,
          port,
          database,
          user,
          application,
          level,
          text: said,
        },
      ];
    });
}

/** What Redshift's connectionlog says of the same. */
export function connectionsOf(entries: readonly Entry[]): ConnectionRecord[] {
  return entries.flatMap((entry) => {
    const record = (event: string, durationUs = 0): ConnectionRecord => ({
      log: 'connectionlog',
      event,
      at: entry.at,
      host: entry.host === '[local]' ? '[local]' : `::ffff:${entry.host}`,
      port: entry.port,
      pid: entry.pid,
      database: entry.database,
      user: entry.user,
      authMethod: 'password',
      durationUs,
      sslVersion: '',
      sslCipher: '',
      mtu: '0',
      sslCompression: '',
      sslExpansion: '',
      iamAuthGuid: '',
      application: entry.application === '[unknown]' ? '' : entry.application,
      os: '',
      driver: '',
      plugin: 'none',
      protocol: '0',
      session: '',
      columns: 21,
    });
    if (/^password authentication failed/.test(entry.text)) return [record('authentication failure')];
    const authorized = /^connection authorized:.*?(?: application_name=(\S+))?/.exec(entry.text);
    if (authorized !== null) return [record('authenticated'), record('initiating session')];
    const ended = /^disconnection: session time: (\d+):(\d\d):(\d\d)\.(\d{3})/.exec(entry.text);
    if (ended === null) return [];
    const [hours = 0, minutes = 0, seconds = 0, ms = 0] = ended.slice(1).map(Number);
    return [record('disconnecting session', (((hours * 60 + minutes) * 60 + seconds) * 1000 + ms) * 1000)];
  });
}

/** What useractivitylog says: the statements that PostgreSQL logged. */
export function statementsOf(entries: readonly Entry[]): ActivityRecord[] {
  return entries.flatMap(({ at, pid, database, user, text }) => {
    const found = /^(?:statement|execute [^:]*): ([^]*)$/.exec(text);
    if (found === null) return [];
    return [
      {
        log: 'useractivitylog' as const,
        at: at - (at % 1000),
        database,
        user,
        pid,
        userId: 100,
        xid: pid,
        statement: found[1] ?? '',
      },
    ];
  });
}

/** A row of pg_roles, with the columns that userlog has. */
export interface Role {
  readonly oid: number;
  readonly name: string;
  readonly createDb: boolean;
  readonly superuser: boolean;
}

/** What userlog says of the difference that a statement made. */
export function changesOf(
  before: readonly Role[],
  after: readonly Role[],
  by: { readonly at: number; readonly pid: number; readonly xid: number },
): UserRecord[] {
  const record = (role: Role, action: UserRecord['action'], oldUser = ''): UserRecord => ({
    log: 'userlog',
    userId: role.oid,
    user: role.name,
    oldUser,
    action,
    createDb: role.createDb,
    superuser: role.superuser,
    catalog: false,
    validUntil: '9223372036854775807',
    ...by,
  });
  const had = new Map(before.map((role) => [role.oid, role]));
  const has = new Map(after.map((role) => [role.oid, role]));
  return [
    ...after.flatMap((role) => {
      const old = had.get(role.oid);
      if (old === undefined) return [record(role, 'create')];
      if (old.name !== role.name) return [record(role, 'rename', old.name)];
      return old.superuser !== role.superuser || old.createDb !== role.createDb ? [record(role, 'alter')] : [];
    }),
    ...before.filter(({ oid }) => !has.has(oid)).map((role) => record(role, 'drop')),
  ];
}
