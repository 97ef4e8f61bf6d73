import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { functionOfPlaceholder, placeholdersIn } from '../../infra/constructs/placeholders';

// What of ARCHITECTURE.md can be counted: who imports whom (types included), how large things are, how far it is from an
// event to what it leads to. `npx tsx test/house/main.ts` prints it; test/unit/house.test.ts holds it.

export const root = join(__dirname, '../..');
export const codeFolders = ['functions', 'infra', 'test'] as const;

/** Paths from the repository's root. */
export function filesBelow(folder: string, ending = ''): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(path, ending) : path.endsWith(ending) ? [path] : [];
  });
}

/** By file, the files of the repository that it imports, `import type` and `import()` included. */
export type Graph = ReadonlyMap<string, readonly string[]>;

export function importGraph(folders: readonly string[] = codeFolders): Graph {
  const files = folders.flatMap((folder) => filesBelow(folder, '.ts'));
  return new Map(files.map((file) => [file, importsOf(file)]));
}

function importsOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(root, file), 'utf8'), true, true);
  const found = importedFiles
    .filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => resolved(join(dirname(file), fileName)));
  return [...new Set(found.filter((one) => one !== undefined))];
}

function resolved(path: string): string | undefined {
  return [path, `${path}.ts`, `${path}/index.ts`].find(
    (one) => one.endsWith('.ts') && existsSync(join(root, one)) && statSync(join(root, one)).isFile(),
  );
}

/** What a file declares and exports, without what it hands on from another one. */
export function exportedNames(file: string): string[] {
  const declared = /^export (?:declare )?(?:abstract )?(?:async )?(?:interface|type|class|const|function\*?) (\w+)/gm;
  const found = readFileSync(join(root, file), 'utf8').matchAll(declared);
  return [...new Set([...found].map(([, name = '']) => name))];
}

/** Files that import one another, however far around; each group sorted. A file that stands alone is none. */
export function circles(graph: Graph): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): number => {
    const at = index.size;
    index.set(file, at);
    low.set(file, at);
    stack.push(file);
    for (const next of graph.get(file) ?? []) {
      if (!index.has(next)) low.set(file, Math.min(low.get(file) ?? at, visit(next)));
      else if (stack.includes(next)) low.set(file, Math.min(low.get(file) ?? at, index.get(next) ?? at));
    }
    const lowest = low.get(file) ?? at;
    if (lowest === at) {
      const group = stack.splice(stack.indexOf(file));
      if (group.length > 1) found.push(group.sort());
    }
    return lowest;
  };
  for (const file of graph.keys()) if (!index.has(file)) visit(file);
  return found;
}

/**
 * Circles of what stands side by side in a folder, files and folders alike: two folders that need each other are one,
 * even if no file of them is in a circle.
 */
export function roomCircles(graph: Graph): string[][] {
  const rooms = new Map<string, Map<string, string[]>>();
  const pathTo = (parts: readonly string[], depth: number) => parts.slice(0, depth + 1).join('/');
  for (const [file, imported] of graph)
    for (const other of imported) {
      const [from, to] = [file.split('/'), other.split('/')];
      const depth = from.findIndex((part, at) => part !== to[at]);
      if (depth < 0) continue;
      const room = rooms.get(pathTo(from, depth - 1)) ?? new Map<string, string[]>();
      rooms.set(pathTo(from, depth - 1), room);
      room.set(pathTo(from, depth), [...(room.get(pathTo(from, depth)) ?? []), pathTo(to, depth)]);
    }
  return [...rooms.values()].flatMap(circles);
}

/** All that has to be opened to read `files` to the end; `isOutside` is not looked into, nor counted. */
export function closure(graph: Graph, files: readonly string[], isOutside: (file: string) => boolean): string[] {
  const seen = new Set<string>();
  const open = [...files];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file) || isOutside(file)) continue;
    seen.add(file);
    open.push(...(graph.get(file) ?? []));
  }
  return [...seen].sort();
}

/** By folder, how many files stand in it. */
export function folderSizes(folders: readonly string[] = [...codeFolders, 'statemachines']): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const file of folders.flatMap((folder) => filesBelow(folder)))
    sizes.set(dirname(file), (sizes.get(dirname(file)) ?? 0) + 1);
  return sizes;
}

export interface HouseMeasures {
  /** `functions/fleet/x.ts:12 name` */
  readonly where: string;
  readonly size: number;
}

/** Lines and parameters of every function; of a test's callback, which is a text with steps, nothing is asked. */
export function functionSizes(files: readonly string[]): { lines: HouseMeasures[]; parameters: HouseMeasures[] } {
  const lines: HouseMeasures[] = [];
  const parameters: HouseMeasures[] = [];
  for (const file of files) {
    const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
    const lineOf = (position: number) => source.getLineAndCharacterOfPosition(position).line;
    const visit = (node: ts.Node): void => {
      if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
        const first = lineOf(node.getStart());
        const name = node.name?.getText() ?? (ts.isVariableDeclaration(node.parent) ? node.parent.name.getText() : '');
        const where = `${file}:${first + 1} ${name}`.trim();
        lines.push({ where, size: lineOf(node.getEnd()) - first + 1 });
        parameters.push({ where, size: node.parameters.length });
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return { lines, parameters };
}

/** The functions that a launch event and a termination event pass on their way to the end of the lifecycle action. */
export const walks = {
  launch: ['triggers/start-scale-out', ...stepsOf('scale-out')],
  termination: ['triggers/start-release', ...stepsOf('release')],
} as const;

function stepsOf(workflow: string): string[] {
  const names = placeholdersIn(join(root, `statemachines/fleet/${workflow}.asl.json`));
  return names.map((name) => `steps/${functionOfPlaceholder(name)}`);
}

/** What has to be opened to follow an event through its handlers: all that they import, but no adapter. */
export function walk(graph: Graph, functions: readonly string[]): string[] {
  const handlers = functions.map((name) => `functions/fleet/${name}/handler.ts`);
  return closure(graph, handlers, (file) => file.includes('/adapters/'));
}

/** Lines of each handler. */
export function handlerSizes(): HouseMeasures[] {
  return filesBelow('functions', '.ts')
    .filter((file) => basename(file) === 'handler.ts')
    .map((file) => ({
      where: relative('.', file),
      size: readFileSync(join(root, file), 'utf8').split('\n').length - 1,
    }));
}
