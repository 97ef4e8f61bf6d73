import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isObject } from '../../../functions/shared/schema';
import type { Route } from '../../../functions/webhooks/contracts/routes';
import { quoteName, schemaName } from '../../../functions/webhooks/domain/sql/place';
import { columnStatements, schemaStatements } from '../../../functions/webhooks/domain/sql/schema';
import { routesFrom, routesIn } from '../../lab/systems/webhooks/routes-file';
import { CannotLook, UsageInvalid } from '../failures';

export interface SchemaOptions {
  readonly routes: string;
  readonly schema?: string;
  readonly column?: string;
  readonly grant?: readonly string[];
}

/**
 * The SQL that `muster webhooks schema` prints, a statement each: for all that the routes need, or for one column of them.
 * The routes are those of a JSON file, or of the section `webhooks` of a configuration, with its schema.
 */
export async function schemaSql(cwd: string, given: SchemaOptions): Promise<readonly string[]> {
  if (given.schema !== undefined && !schemaName.test(given.schema))
    throw new UsageInvalid(`--schema: got ${given.schema}, allowed: a name such as webhooks, not pg_…`);
  const file = resolve(cwd, given.routes);
  if (!existsSync(file)) throw new CannotLook(`there is no file ${given.routes}`);
  const section = /\.[cm]?[jt]s$/.test(file) ? await sectionIn(file) : { routes: routesFrom(file) };
  const schema = given.schema ?? section.schema ?? 'webhooks';
  return [...statements(section.routes, schema, given.column), ...grants(schema, given.grant ?? [])];
}

function statements(routes: readonly Route[], schema: string, column: string | undefined): readonly string[] {
  if (column === undefined) return schemaStatements(routes, schema);
  const added = columnStatements(routes, schema).filter((one) => one.column === column);
  if (added.length === 0) throw new UsageInvalid(`no route has a column ${column}`);
  return added.map(({ sql }) => sql);
}

/** What a load does to the tables, and no more: it reads them, adds rows, and empties the stage. */
function grants(schema: string, users: readonly string[]): readonly string[] {
  return users.flatMap((user) => {
    const name = user.replace(/^"(.*)"$/, '$1');
    if (!/^[A-Za-z0-9_:.+=,@/-]{1,127}$/.test(name))
      throw new UsageInvalid(`--grant: got ${user}, allowed: a user such as IAMR:muster-webhooks-submit`);
    return [
      `GRANT USAGE ON SCHEMA ${quoteName(schema)} TO "${name}"`,
      `GRANT SELECT, INSERT, DELETE ON ALL TABLES IN SCHEMA ${quoteName(schema)} TO "${name}"`,
    ];
  });
}

async function sectionIn(file: string): Promise<{ routes: readonly Route[]; schema?: string }> {
  let exported: object;
  try {
    const module = (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
    exported = { ...(module.default as object | undefined), ...module };
  } catch (error) {
    throw new CannotLook(`${file} cannot be read: ${error instanceof Error ? error.message : ''}`, { cause: error });
  }
  const { deployment } = exported as { readonly deployment?: { readonly webhooks?: unknown } };
  const section = deployment?.webhooks;
  if (!isObject(section)) throw new CannotLook(`${file} has no section "webhooks"`);
  const { schema } = section;
  return { routes: routesIn(section.routes, file), ...(typeof schema === 'string' && { schema }) };
}
