import type jsonata from 'jsonata';

/** Which keys of `$states` a field can use. `input` and `context` are always there. */
export interface Available {
  readonly result?: boolean;
  readonly errorOutput?: boolean;
}

/** What is wrong with an expression that compiles. */
export function expressionProblems(ast: jsonata.ExprNode, available: Available): string[] {
  const problems = new Set<string>();
  walk(ast, false, (node, context) => {
    const problem = problemOf(node, context, available);
    if (problem !== undefined) problems.add(problem);
  });
  return [...problems];
}

/** The names that an expression uses without binding them itself. */
export function freeVariables(ast: jsonata.ExprNode): Set<string> {
  const used = new Set<string>();
  const bound = new Set<string>();
  walk(ast, false, (node) => {
    if (node.type === 'variable') used.add(String(node.value));
    for (const name of boundBy(node)) bound.add(name);
  });
  return new Set([...used].filter((name) => !bound.has(name) && name !== '' && name !== '$' && name !== 'states'));
}

/** An AST node with the members that the type declarations of jsonata leave out. */
interface Node extends jsonata.ExprNode {
  readonly body?: Node;
  readonly focus?: string;
  readonly index?: string;
  readonly group?: { readonly lhs: readonly (readonly [Node, Node])[] };
  readonly predicate?: readonly Node[];
}

type Visit = (node: Node, context: boolean) => void;

/** Visits every node; `context` tells whether there is a value that `$` and bare names would refer to. */
function walk(node: unknown, context: boolean, visit: Visit): void {
  if (Array.isArray(node)) {
    for (const item of node) walk(item, context, visit);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  const current = node as Node;
  const type = current.type as string | undefined;
  if (type !== undefined) visit(current, context);
  if (type === 'path') walkPath(current, context, visit);
  else walkValues(current, context || type === 'transform', visit);
}

function walkPath(path: Node, context: boolean, visit: Visit): void {
  for (const [index, step] of (path.steps ?? []).entries()) walk(step, context || index > 0, visit);
  for (const [key, value] of path.group?.lhs ?? []) walk([key, value], true, visit);
}

/** Filters and groups have the value before them as their context; all else has what its parent has. */
const nodesWithContext = new Set(['stages', 'predicate', 'group', 'terms']);

function walkValues(node: Node, context: boolean, visit: Visit): void {
  for (const [key, value] of Object.entries(node)) {
    if (key === 'ancestor' || key === 'slot' || key === 'tuple') continue;
    walk(value, context || nodesWithContext.has(key), visit);
  }
}

function boundBy(node: Node): string[] {
  const names = [node.focus, node.index].filter((name): name is string => typeof name === 'string');
  const type = node.type as string;
  if (type === 'bind') names.push(String((node.lhs as Node).value));
  if (type === 'lambda') names.push(...(node.arguments ?? []).map(({ value }) => String(value)));
  return names;
}

function problemOf(node: Node, context: boolean, available: Available): string | undefined {
  switch (node.type as string) {
    case 'variable':
      return variableProblem(String(node.value), context);
    case 'name':
      return context
        ? undefined
        : `the bare name '${String(node.value)}' refers to nothing: write $states.input.${String(node.value)}`;
    case 'wildcard':
    case 'descendant':
      return context
        ? undefined
        : `'${node.type === 'wildcard' ? '*' : '**'}' at the top level refers to nothing: begin with $states.input`;
    case 'path':
      return pathProblem(node, available);
    case 'bind':
      return String((node.lhs as Node).value) === 'states' ? `'$states' is reserved and cannot be assigned` : undefined;
    case 'lambda':
      return boundBy(node).includes('states') ? `'$states' is reserved and cannot be a parameter` : undefined;
    default:
      return undefined;
  }
}

function variableProblem(name: string, context: boolean): string | undefined {
  if (name === '$') return `'$$' refers to nothing: write $states.input`;
  if (name === '' && !context) return `'$' at the top level refers to nothing: write $states.input`;
  if (name === 'eval') return `'$eval' is not available in Step Functions: use $parse for JSON texts`;
  return undefined;
}

const statesKeys = new Set(['input', 'result', 'errorOutput', 'context']);

function pathProblem(path: Node, available: Available): string | undefined {
  const [first, second] = path.steps ?? [];
  if (first?.type !== 'variable' || String(first.value) !== 'states' || second?.type !== 'name') return undefined;
  const key = String(second.value);
  if (!statesKeys.has(key))
    return `'$states.${key}' does not exist: $states has input, result, errorOutput and context`;
  if (key === 'result' && available.result !== true)
    return `'$states.result' does not exist in this field: it is there in Output and Assign of a Task, Parallel or Map`;
  if (key === 'errorOutput' && available.errorOutput !== true)
    return `'$states.errorOutput' exists only in the Output and Assign of a Catch`;
  return undefined;
}
