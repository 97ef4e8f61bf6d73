import {
  circles,
  filesBelow,
  folderSizes,
  functionSizes,
  handlerSizes,
  importGraph,
  roomCircles,
  walk,
  walks,
  type HouseMeasures,
} from './measure';

// `npx tsx test/house/main.ts [--files]`: the measures of the house, the largest of each.

const graph = importGraph();
const code = ['functions', 'infra'].flatMap((folder) => filesBelow(folder, '.ts'));
const { lines, parameters } = functionSizes(code);
const folders = [...folderSizes()].map(([where, size]) => ({ where, size }));

console.log(`${graph.size} files`);
show(
  'circles',
  circles(graph).map((files) => ({ where: files.join(' '), size: files.length })),
  0,
);
show(
  'circles of rooms',
  roomCircles(graph).map((rooms) => ({ where: rooms.join(' '), size: rooms.length })),
  0,
);
show('files in a folder, at most 20', folders, 20);
show('lines of a handler, at most 120', handlerSizes(), 120);
show('lines of a function, at most 70', lines, 70);
show('parameters, at most 4', parameters, 4);
for (const [name, functions] of Object.entries(walks)) {
  const files = walk(graph, functions);
  console.log(`files to open for a ${name}: ${files.length}`);
  if (process.argv.includes('--files')) console.log(files.map((file) => `  ${file}`).join('\n'));
}

function show(what: string, all: readonly HouseMeasures[], most: number): void {
  const sorted = [...all].sort((one, other) => other.size - one.size);
  const above = sorted.filter(({ size }) => size > most);
  console.log(`${what}: largest ${sorted[0]?.size ?? 0}; ${above.length} above`);
  for (const { where, size } of above) console.log(`  ${size} ${where}`);
}
