import { Bean, ExactNumber, type Value } from './bean';
import type { Tree } from './tree';

/**
 * Writes a bean as `api/json` does. Without a tree everything of it shows, and what is nested shows briefly. With a
 * tree only what it names shows; unknown names are no mistake, and `_class` is always there.
 */
export function writeJson(bean: Bean, tree?: Tree): string {
  return tree === undefined ? writeBean(bean, bean.names, undefined) : write(bean, tree);
}

function write(value: Value, tree: Tree | undefined): string {
  if (value instanceof ExactNumber) return value.digits;
  if (value instanceof Bean) return writeBean(value, shownNames(value, tree), tree);
  if (isList(value)) return writeList(value, tree);
  return JSON.stringify(value);
}

function writeList(values: readonly Value[], tree: Tree | undefined): string {
  const shown = tree === undefined ? values : values.slice(...tree.range);
  return `[${shown.map((value) => write(value, tree)).join(',')}]`;
}

function shownNames(bean: Bean, tree: Tree | undefined): readonly string[] {
  if (tree === undefined) return bean.brief;
  if (tree.children.size === 0) return [];
  return tree.children.has('*') ? bean.names : bean.names.filter((name) => tree.children.has(name));
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
