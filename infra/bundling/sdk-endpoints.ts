import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/**
 * The rules by which a client finds its endpoint, as the SDK has them: a decision diagram. `nodes` are triples of a
 * condition's index and the references to continue with when it holds and when not; a negative reference swaps the two;
 * from `outcome` on, a reference is an index into `results`.
 */
export interface Diagram {
  readonly nodes: ArrayLike<number>;
  readonly root: number;
  readonly conditions: readonly unknown[];
  readonly results: readonly unknown[];
}

const outcome = 100_000_000;

/**
 * Conditions that always count as false: of DynamoDB's endpoints of one account, which credentials that
 * tell their account lead to. The region's own endpoint serves as well.
 */
const ignored: readonly RegExp[] = [
  /^\["isSet",\[\{"ref":"AccountId"\}\]\]/,
  /^\["isSet",\[\{"ref":"ResourceArnList"\}\]\]/,
];

/**
 * Conditions that hold for no call of ours, by what their JSON says, and what is said should one hold after all: FIPS and
 * dual-stack endpoints, which no configuration asks for; buckets that are not named by a general-purpose bucket's plain
 * name, and tables that are not named by theirs.
 */
const refused: readonly (readonly [condition: RegExp, what: string])[] = [
  [/^\["booleanEquals",\[\{"ref":"UseFIPS"\},true\]\]/, 'FIPS endpoints'],
  [/^\["booleanEquals",\[\{"ref":"UseDualStack"\},true\]\]/, 'dual-stack endpoints'],
  [/^\["booleanEquals",\[\{"ref":"Accelerate"\},true\]\]/, 'S3 acceleration'],
  [/^\["isSet",\[\{"ref":"EndpointId"\}\]\]/, 'multi-region endpoints'],
  [/^\["aws\.parseArn",\[\{"ref":"(?:ResourceArn|Bucket)"\}\]/, 'ARNs in the place of names'],
  [/^\["stringEquals",\[.*"--(?:x|xa|op)-s3"\]\]/, 'directory buckets, access points and Outposts'],
  [/^\["booleanEquals",\[\{"fn":"coalesce","argv":\[\{"ref":"UseS3ExpressControlEndpoint"\}/, 'directory buckets'],
  [/^\["booleanEquals",\[\{"fn":"coalesce","argv":\[\{"ref":"UseObjectLambdaEndpoint"\}/, 'S3 Object Lambda'],
  [
    /^\["stringEquals",\[\{"fn":"coalesce","argv":\[\{"fn":"substring","argv":\[\{"ref":"Bucket"\},0,4,/,
    'ARNs in the place of names',
  ],
];

/**
 * Takes out of each client's rules what our calls cannot come to: S3 −16 KB, DynamoDB −4 KB, every other client −1 KB.
 * Nothing is decided otherwise: where a rule that was taken out would be needed, the call fails and says so.
 */
export function leanEndpoints(): Plugin {
  return {
    name: 'lean-endpoints',
    setup(build) {
      const filter = /[\\/]@aws-sdk[\\/]client-[^\\/]+[\\/]dist-es[\\/]endpoint[\\/]bdd\.js$/;
      build.onLoad({ filter }, async ({ path }) => ({
        contents: withoutRefused(await readFile(path, 'utf8')),
        loader: 'js',
      }));
    },
  };
}

/** Where a later SDK writes its rules otherwise they stay as they are: the bundle gets larger, and a test says so. */
function withoutRefused(source: string): string {
  const [, body] = /^import \{ BinaryDecisionDiagram \} from "[^"]+";\n([^]*)$/.exec(source) ?? [];
  if (body === undefined || !/^export const bdd = /m.test(body)) return source;
  const { nodes, root, conditions, results } = lean(diagramIn(body));
  const rest = [root, conditions, results].map((part) => JSON.stringify(part)).join(', ');
  return `import { BinaryDecisionDiagram } from "@smithy/core/endpoints";
    export const bdd = BinaryDecisionDiagram.from(new Int32Array(${JSON.stringify(nodes)}), ${rest});`;
}

/** The module is data and names for its parts; it runs here to have the data. */
function diagramIn(body: string): Diagram {
  const from = (nodes: Diagram['nodes'], root: number, conditions: Diagram['conditions'], results: unknown[]) => ({
    nodes,
    root,
    conditions,
    results,
  });
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- a file of the SDK's that is about to be bundled
  const run = new Function('BinaryDecisionDiagram', body.replace('export const bdd =', 'return')) as (
    bdd: unknown,
  ) => Diagram;
  return run({ from });
}

/** The diagram without the ignored conditions, each refused one leading to its refusal, and nothing that no way leads to any more. */
export function lean(diagram: Diagram): Diagram & { readonly nodes: readonly number[] } {
  const conditions = new KeptEntries(diagram.conditions);
  const results = new KeptEntries(diagram.results);
  // Node 1 of the SDK's stands for "no rule fits"; so does node 1 here.
  const nodes: number[] = [-1, 1, -1];
  const seen = new Map<number, number>();

  const refusalOf = (condition: unknown) => {
    const text = JSON.stringify(condition);
    const what = refused.find(([pattern]) => pattern.test(text))?.[1];
    return what === undefined
      ? undefined
      : results.add([-1, `The bundle has no ${what}; see infra/bundling`]) + outcome;
  };

  const follow = (reference: number): number => {
    if (Math.abs(reference) === 1) return 1;
    if (reference >= outcome) return results.index(reference - outcome) + outcome;
    const known = seen.get(reference);
    if (known !== undefined) return known;
    const at = 3 * (Math.abs(reference) - 1);
    const [index = 0, first = 1, second = 1] = Array.from(diagram.nodes).slice(at, at + 3);
    const [high, low] = reference > 0 ? [first, second] : [second, first];
    const condition = diagram.conditions[index];
    if (isIgnored(condition)) {
      const on = follow(low);
      seen.set(reference, on);
      return on;
    }
    const whenHolds = refusalOf(condition) ?? follow(high);
    const otherwise = follow(low);
    nodes.push(conditions.index(index), whenHolds, otherwise);
    seen.set(reference, nodes.length / 3);
    return nodes.length / 3;
  };

  const root = follow(diagram.root);
  return { nodes, root, conditions: conditions.kept, results: results.kept };
}

function isIgnored(condition: unknown): boolean {
  const text = JSON.stringify(condition);
  return ignored.some((pattern) => pattern.test(text));
}

/** Those of a list that are asked for, in the order in which they were. */
class KeptEntries {
  readonly kept: unknown[] = [];
  readonly #places = new Map<string, number>();
  readonly #all: readonly unknown[];

  constructor(all: readonly unknown[]) {
    this.#all = all;
  }

  index(at: number): number {
    return this.add(this.#all[at]);
  }

  add(one: unknown): number {
    const text = JSON.stringify(one);
    const place = this.#places.get(text) ?? this.kept.push(one) - 1;
    this.#places.set(text, place);
    return place;
  }
}
