import { Bean, ExactNumber, type Value } from './bean';
import type { Tree } from './tree';

/**
 * Writes a bean as `api/json` does. Without a tree everything of it shows, and what is nested shows briefly. With a
 * tree only what it names shows; unknown names are no mistake, and `_class` is always there.
 */
export function writeJson(bean: Bean, tree?: Tree): string {
  return tree === undefined ? writeBean(bean, bean.names, undefined) : shown(bean, tree);
}

function write(value: Value, tree: Tree | undefined): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (value instanceof ExactNumber) return value.digits;
  if (value instanceof Bean) return tree === undefined ? writeBean(value, value.brief, undefined) : shown(value, tree);
  return isList(value) ? writeList(value, tree) : JSON.stringify(value);
}

function writeList(values: readonly Value[], tree: Tree | undefined): string {
  const shown = tree === undefined ? values : values.slice(...tree.range);
  return `[${shown.map((value) => write(value, tree)).join(',')}]`;
}

const texts = new WeakMap<Tree, WeakMap<object, string>>();

/** What a tree shows of a bean; of one that changes seldom the text is kept, since polls and lists show it again and again. */
function shown(bean: Bean, tree: Tree): string {
  const { keptBy } = bean;
  if (keptBy === undefined) return writeBean(bean, namesIn(tree, bean), tree);
  const written = within(texts, tree);
  const text = written.get(keptBy) ?? writeBean(bean, namesIn(tree, bean), tree);
  written.set(keptBy, text);
  return text;
}

const shownNames = new WeakMap<Tree, WeakMap<readonly string[], readonly string[]>>();

/** Which of a bean's names a tree shows. */
function namesIn(tree: Tree, { names }: Bean): readonly string[] {
  if (tree.children.size === 0) return [];
  if (tree.children.has('*')) return names;
  const known = within(shownNames, tree);
  const found = known.get(names) ?? names.filter((name) => tree.children.has(name));
  known.set(names, found);
  return found;
}

function within<Key extends object, Kept>(map: WeakMap<Tree, WeakMap<Key, Kept>>, tree: Tree): WeakMap<Key, Kept> {
  const inner = map.get(tree) ?? new WeakMap<Key, Kept>();
  map.set(tree, inner);
  return inner;
}

function writeBean(bean: Bean, names: readonly string[], tree: Tree | undefined): string {
  const { className } = bean;
  const fields = className === undefined ? [] : [`"_class":${JSON.stringify(className)}`];
  for (const name of names) fields.push(`"${name}":${write(bean.ask(name), tree && below(tree, name))}`);
  return `{${fields.join(',')}}`;
}

function below(tree: Tree, name: string): Tree | undefined {
  return tree.children.get(name) ?? tree.children.get('*');
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}
