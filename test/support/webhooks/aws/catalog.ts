/** A row of SVV_COLUMNS, in the order in which `columnsStatement` asks: text, numbers, or nothing. */
export type CatalogRow = readonly (string | number | null)[];

const types: Readonly<Record<string, string>> = {
  ...{ VARCHAR: 'character varying', CHAR: 'character', DECIMAL: 'numeric', TIMESTAMP: 'timestamp without time zone' },
};

/** The columns of the tables that statements create, and add to. */
export class Catalog {
  readonly #tables = new Map<string, Map<string, CatalogRow>>();

  run(statements: readonly string[]): void {
    for (const sql of statements) {
      const [, table = ''] = /^(?:CREATE TABLE IF NOT EXISTS|ALTER TABLE) "[^"]+"\."([^"]+)"/.exec(sql) ?? [];
      if (table === '') continue;
      const columns = this.#tables.get(table) ?? new Map<string, CatalogRow>();
      this.#tables.set(table, columns);
      for (const [, name = '', type = '', sizes = '', rest = ''] of sql.matchAll(
        /"([^"]+)" (?!ADD )([A-Z]+)(?:\(([\d, ]+)\))?([A-Z_ ]*)/g,
      )) {
        if (columns.has(name)) continue;
        const [one = null, two = null] = sizes === '' ? [] : sizes.split(', ').map(Number);
        const isNumber = type === 'DECIMAL';
        columns.set(name, [
          ...[table, name, types[type] ?? type.toLowerCase()],
          ...[isNumber ? null : one, isNumber ? one : null, isNumber ? two : null],
          ...[rest.includes('NOT NULL') ? 'NO' : 'YES', null],
        ]);
      }
    }
  }

  /** What a statement that asks SVV_COLUMNS gets. */
  rows(sql: string): CatalogRow[] {
    return [...sql.matchAll(/"table_name" = '([^']+)'/g)].flatMap(([, table = '']) => [
      ...(this.#tables.get(table)?.values() ?? []),
    ]);
  }
}
