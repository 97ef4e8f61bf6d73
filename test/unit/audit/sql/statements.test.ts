import { statementsOf } from '../../../../functions/audit/domain/logs/sql-statements';
import { keyOf, packed, world } from '../support';

async function told(statement: string): Promise<string[]> {
  const here = world();
  const key = keyOf('useractivitylog');
  here.put(key, packed(`'2026-11-26T07:00:00Z UTC [ db=dev user=joe pid=100 userid=35 xid=9 ]' LOG: ${statement}`));
  await here.deliver(key);
  return (await here.incidents()).map(({ title }) => title);
}

describe('statements that matter', () => {
  test.each([
    ["ALTER USER joe WITH PASSWORD 'x' VALID UNTIL 'infinity'", 'password changed'],
    [`/* x */ alter user "we|rd one" password 'x'`, 'password changed'],
    ["/* a /* b */ c */ Alter\n User joe\nPassword 'x'", 'password changed'],
    ["select ';'; alter user joe password 'x'", 'password changed'],
    ['alter /* x */ user joe password disable', 'password changed'],
    ['begin; grant role sys:superuser to joe; commit', 'GRANT of a system role'],
    ['grant role "my, role" , "sys:dba" to joe', 'GRANT of a system role'],
    ['ALTER GROUP "my group" ADD USER joe', 'ALTER GROUP … ADD USER'],
    ['grant all on schema "a b" to group x, public', 'GRANT to PUBLIC'],
    ['alter default privileges in schema s grant select on tables to public', 'GRANT to PUBLIC'],
    ['create user "a b" with password $$x$$ createuser', 'CREATEUSER given'],
    [`alter user"joe"password'x'`, 'password changed'],
    [`grant role"sys:superuser"to joe`, 'GRANT of a system role'],
    ['alter group"g"add user joe', 'ALTER GROUP … ADD USER'],
    ['create user"joe"createuser', 'CREATEUSER given'],
    ['grant all on database d to "public"', 'GRANT to PUBLIC'],
    ['grant all on table "t"to"x",public', 'GRANT to PUBLIC'],
    [`create user joe password '${'x'.repeat(9000)}'createuser`, 'CREATEUSER given'],
    [`grant select on ${'some_schema.some_table, '.repeat(900)}t to public`, 'GRANT to PUBLIC'],
    [`${'-- nothing\n'.repeat(2000)}create user x createuser`, 'CREATEUSER given'],
    ["grant usage on datashare sales to account '111122223333' via data catalog", 'GRANT on a datashare'],
    [
      'GRANT USAGE ON /* x */ DATASHARE\n"my share" TO NAMESPACE \'13b8833d-17c6-4f16-8fe4-1a018f5ed00d\'',
      'GRANT on a datashare',
    ],
    ['grant alter, share on datashare sales to joe', 'GRANT on a datashare'],
    ['alter datashare sales set publicaccessible = true', 'datashare open to public clusters'],
    ['ALTER DATASHARE "my share"SET PUBLICACCESSIBLE=TRUE', 'datashare open to public clusters'],
    ['create datashare sales publicaccessible true', 'datashare open to public clusters'],
    ['alter user bob syslog access unrestricted', 'SYSLOG ACCESS UNRESTRICTED given'],
    ['create user "b"with nocreatedb\nSYSLOG  ACCESS /**/ UNRESTRICTED', 'SYSLOG ACCESS UNRESTRICTED given'],
    [`unload ($$select ';'$$) to 's3://elsewhere/x'`, 'UNLOAD to elsewhere'],
  ])('%s', async (statement, what) => {
    expect(await told(statement)).toEqual([`${what}, unverified`]);
  });

  test.each([
    ["alter user joe password 'x'; grant role sys:dba to joe", ['password changed', 'GRANT of a system role']],
    ["alter user joe createuser password 'x'", ['password changed', 'CREATEUSER given']],
    ['grant role sys:dba to public', ['GRANT of a system role', 'GRANT to PUBLIC']],
    ["UNLOAD($$select 1$$)TO's3://elsewhere/y'IAM_ROLE default", ['UNLOAD to elsewhere']],
    ["alter user a password 'x'; alter user b password 'y'", ['password changed']],
  ])('each in %s', async (statement, kinds) => {
    expect(await told(statement)).toEqual(kinds.map((kind) => `${kind}, unverified`));
  });

  test.each([
    '-- create user x createuser\nselect 1',
    "select '; alter user joe password'",
    'select $$; alter user x createuser$$, $a$ $$; alter user x createuser $a$',
    'select "; alter user x createuser"',
    '/* ; /* */ alter user x createuser */ select 1',
    'alter user x nocreateuser',
    'alter user bob syslog access restricted',
    'alter datashare sales set publicaccessible = false',
    'alter datashare sales set publicaccessible truer',
    'create datashare sales',
    'grant select on "x on datashare y" to joe',
    'grant usage on schema datashare to joe',
    'revoke usage on datashare sales from joe',
    // What Redshift refuses or does not carry out (FACTS.md).
    "alter user bob pass\nword 'x'",
    "explain alter user bob password 'x'",
    'prepare p as grant role sys:dba to joe',
    'create procedure p() as $$ begin grant role sys:dba to joe; end $$ language plpgsql',
    'grant role mine to joe',
    'grant select on t to publicity',
    'create table alter_user_password (createuser int)',
  ])('not %s', async (statement) => {
    expect(await told(statement)).toEqual([]);
  });
});

test('a text is cut in linear time, whatever is left open', () => {
  for (const piece of ["'", '"', '/*', '$$', '$a$', '--', ';', '*/', '/*;*/', "';"])
    expect(statementsOf(piece.repeat(30_000)).join('').length).toBeLessThanOrEqual(90_000);
});

test('a statement is looked at in time that grows with it alone, whatever is repeated in it', async () => {
  for (const piece of [
    'to ',
    'to a,',
    'to "',
    '"to"',
    '"to",',
    '""',
    'a,',
    'group ',
    'password',
    ' "',
    'to\n\n',
    ' ',
    '"" ',
    'on datashare',
    'a b, ',
    'syslog access ',
    'publicaccessible = ',
  ])
    for (const begin of [
      'grant x ',
      'alter user ',
      'alter user "',
      'grant role ',
      'alter group ',
      'create user a ',
      'alter user "a"',
      'alter datashare a ',
    ]) {
      const began = process.cpuUsage();
      await told(begin + piece.repeat(60_000 / piece.length));
      expect([piece, begin, process.cpuUsage(began).user / 1000 < 1500]).toEqual([piece, begin, true]);
    }
});
