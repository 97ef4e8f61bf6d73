import { functionNames, permissionsOf, type PermissionScope } from '../../../infra/systems/fleet/function-permissions';

const code = (words: readonly string[]) => words.map((word) => `\`${word}\``).join(', ');
const row = (...cells: string[]) => `| ${cells.join(' | ')} |`;

/** The tables of infra/systems/fleet/permissions/README.md, as they follow from the code. */
export function tables(scope: PermissionScope): { permissions: string[]; wildcards: string[] } {
  const all = functionNames.flatMap((name) =>
    permissionsOf(name, scope).map((permission) => ({ name, ...permission })),
  );
  const wild = all.flatMap(({ actions, wildcard }) => (wildcard === undefined ? [] : [{ actions, wildcard }]));
  return {
    permissions: unique(all.map(({ name, actions, narrowedTo }) => row(`\`${name}\``, code(actions), narrowedTo))),
    wildcards: unique(wild.map(({ wildcard }) => wildcard)).map((reason) =>
      row(code(unique(wild.flatMap(({ actions, wildcard }) => (wildcard === reason ? actions : [])))), reason),
    ),
  };
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
