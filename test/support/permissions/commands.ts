import { join, resolve } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { bundleOptions } from '../../../infra/bundling';

/** A call of AWS that a function's bundle has the code for. */
export interface Command {
  /** Of the SDK: `s3`, `sfn`. */
  readonly client: string;
  /** `PutObject` */
  readonly name: string;
}

/** For each function, the commands of the SDK that are left in its bundle. */
export async function commandsOf(names: readonly string[]): Promise<Map<string, Command[]>> {
  const outdir = resolve('/bundles');
  const { metafile } = await build({ ...bundleOptions(names), outdir, write: false, metafile: true });
  const outputs = new Map(
    Object.entries(metafile.outputs).map(([path, output]) => [resolve(outputRoot(outdir, path)), output]),
  );
  return new Map(names.map((name) => [name, commandsIn(outputs.get(join(outdir, name, 'index.mjs')))]));
}

/** esbuild names outputs as seen from the repository. */
function outputRoot(outdir: string, path: string): string {
  return path.slice(path.indexOf(`${outdir.replace(/^\//, '')}/`) - 1);
}

function commandsIn(output: Metafile['outputs'][string] | undefined): Command[] {
  if (output === undefined) throw new TypeError('esbuild has not made the bundle');
  return Object.entries(output.inputs).flatMap(([path, { bytesInOutput }]) => {
    const found = /@aws-sdk\/client-([\w-]+)\/dist-es\/commands\/(\w+)Command\.js$/.exec(path);
    if (found === null || bytesInOutput === 0) return [];
    const [, client = '', name = ''] = found;
    return ofClients.includes(name) ? [] : [{ client, name }];
  });
}

/** What clients have for themselves: directory buckets of S3, and services whose endpoints are asked for. */
const ofClients = ['CreateSession', 'DescribeEndpoints'];

/** What IAM calls a service whose client is called otherwise. */
const prefixes: Readonly<Record<string, string>> = {
  'auto-scaling': 'autoscaling',
  'elastic-load-balancing-v2': 'elasticloadbalancing',
  'route-53': 'route53',
  sesv2: 'ses',
  sfn: 'states',
  'secrets-manager': 'secretsmanager',
};

/** Calls that IAM asks about under other names, any of which may be what a call needs. Source: service authorization reference. */
const others: Readonly<Record<string, readonly string[]>> = {
  's3:ListObjectsV2': ['s3:ListBucket'],
  's3:HeadObject': ['s3:GetObject'],
  's3:HeadBucket': ['s3:ListBucket'],
  's3:DeleteObjects': ['s3:DeleteObject'],
  's3:CopyObject': ['s3:GetObject', 's3:PutObject'],
  's3:UploadPart': ['s3:PutObject'],
  's3:CreateMultipartUpload': ['s3:PutObject'],
  's3:CompleteMultipartUpload': ['s3:PutObject'],
  'dynamodb:TransactWriteItems': ['PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'].map(
    (name) => `dynamodb:${name}`,
  ),
  'dynamodb:TransactGetItems': ['dynamodb:GetItem'],
  'sqs:SendMessageBatch': ['sqs:SendMessage'],
  'sqs:DeleteMessageBatch': ['sqs:DeleteMessage'],
};

/** The actions of IAM that a command can need. */
export function actionsOf({ client, name }: Command): readonly string[] {
  const action = `${prefixes[client] ?? client}:${name}`;
  return others[action] ?? [action];
}
