import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import type { Plugin } from 'esbuild';
import * as z from '../../functions/shared/schema';

const packageSchema = z.object({ version: z.string() });

const inClient = String.raw`[\\/]@aws-sdk[\\/]client-[^\\/]+[\\/]`;

/**
 * Makes the generated AWS clients shed what our calls do not need: `@aws-sdk/client-ec2` alone by 531 KB.
 * Nothing that runs is changed, but that some answers come without what no function reads. Where a later SDK
 * is written otherwise, a rule finds nothing to do: the bundle gets larger, and the test of the sizes says so.
 *
 * @param sources the folder whose imports from `@aws-sdk/client-*` tell what is needed.
 */
export function leanClients(sources: string): Plugin {
  return {
    name: 'lean-clients',
    setup(build) {
      const imports = importsIn(sources);
      build.onLoad(
        { filter: new RegExp(`${inClient}dist-es[\\\\/]schemas[\\\\/]schemas_\\d+\\.js$`) },
        async (file) => {
          const client = dirname(dirname(dirname(file.path)));
          const source = await readFile(file.path, 'utf8');
          return {
            contents: withoutUnread(
              client,
              withoutUnusedErrors(withLiteralKeys(source), neededErrors(client, imports)),
            ),
            loader: 'js',
          };
        },
      );
      // Imported whole for its version alone, which the user agent tells: 2 KB a client.
      build.onLoad({ filter: new RegExp(`${inClient}package\\.json$`) }, async ({ path }) => {
        const { version } = z.readRecord(packageSchema, await readFile(path, 'utf8'), path);
        return { contents: JSON.stringify({ version }), loader: 'json' };
      });
    },
  };
}

/**
 * Writes `{ [_xN]: _n }` as `{ "xmlName": _n }` where the same file says `const _xN = "xmlName"`.
 *
 * A computed key calls `toString` of the value in the brackets, so esbuild has to take each of the thousands of
 * schema arrays for code with an effect and keeps them all. EC2: −531 KB; Route 53: −25 KB; SSM: −10 KB.
 */
function withLiteralKeys(source: string): string {
  const literals = new Map(
    [...source.matchAll(/^const (\w+) = ("[^"\\\n]*");$/gm)].map(([, name, text]) => [name, text]),
  );
  return source.replace(/\[(_\w+)\]:/g, (key, name: string) => {
    const literal = literals.get(name);
    return literal === undefined ? key : `${literal}:`;
  });
}

/**
 * Takes out the registration of error classes that no function asks for: −12 to −90 KB a function, most of it SSM's, of
 * whose 140 classes none stays.
 *
 * An error without a class still arrives as the client's base exception, with the service's code as its `name`, its
 * message, its metadata and its other fields: the only form in which EC2, which documents no errors, has ever reported
 * one. With a class the `name` is the class's, which is another one in some query services (`Throttled` and
 * `ThrottledException` of SNS): `shared/aws-errors.ts` knows both.
 */
function withoutUnusedErrors(source: string, needed: ReadonlySet<string> | undefined): string {
  if (needed === undefined) return source;
  return source.replace(/^n\d+_registry\.registerError\((\w+)\$, \1\);$/gm, (line, name: string) =>
    needed.has(name) ? line : '',
  );
}

/** By client and structure of its answers: what is read of the structures inside it. */
export const readOf: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  // Of an instance its addresses, its state, its tags.
  'client-ec2': {
    Instance: ['InstanceNetworkInterfaceList', 'InstanceState$', 'TagList'],
    InstanceNetworkInterface: [
      'InstanceNetworkInterfaceAttachment$',
      'InstanceIpv6AddressList',
      'InstancePrivateIpAddressList',
    ],
    InstanceNetworkInterfaceAttachment: [],
  },
  // Of a group no launch template and no policy.
  'client-auto-scaling': {
    AutoScalingGroup: ['Instances', 'SuspendedProcesses', 'TagDescriptionList', 'WarmPoolConfiguration$'],
    Instance: [],
  },
  // Of an execution's history the names of the states that it entered.
  'client-sfn': { HistoryEvent: ['StateEnteredEventDetails$'] },
};

/**
 * By client and structure of its answers: the members that are read, where most are not. The others are left out: of an EC2
 * instance they are fifty and more, whose names alone are 6 KB. A test looks for one that is read and not in here.
 */
export const membersRead: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'client-ec2': {
    Instance: ['InstanceId', 'Ipv6Address', 'NetworkInterfaces', 'PrivateIpAddress', 'State', 'Tags'],
    InstanceNetworkInterface: ['Attachment', 'Ipv6Addresses', 'PrivateIpAddress', 'PrivateIpAddresses'],
  },
};

/** The source with only these members in the schema of a structure: `[3, n0, name, traits, [members], [their schemas]]`. */
function withMembers(source: string, [structure, read]: readonly [string, readonly string[]]): string {
  const schema = new RegExp(
    `(?<=^export var ${structure}\\$ = \\[3, n0, \\w+,\\s*0,\\s*\\[)([^\\]]*)\\],\\s*\\[([^;]*)\\]\\s*\\];$`,
    'm',
  );
  return source.replace(schema, (_, names: string, schemas: string) => {
    const members = names.split(',').map((name) => name.trim());
    const their = elementsOf(schemas);
    const kept = members.flatMap((name, at) => (read.includes(literalOf(source, name)) ? [at] : []));
    return `${kept.map((at) => members[at]).join()}],[${kept.map((at) => their[at]).join()}]];`;
  });
}

/** What a constant of the file says: `const _II = "InstanceId";` */
function literalOf(source: string, name: string): string {
  return new RegExp(`^const ${name} = "([^"]*)";$`, 'm').exec(source)?.[1] ?? '';
}

/** The elements of an array that is written in JavaScript, brackets inside them and all. */
function elementsOf(list: string): string[] {
  const elements: string[] = [''];
  let depth = 0;
  for (const character of list) {
    if ('([{'.includes(character)) depth++;
    if (')]}'.includes(character)) depth--;
    if (character === ',' && depth === 0) elements.push('');
    else elements.push((elements.pop() ?? '') + character);
  }
  return elements;
}

/**
 * Structures in answers that no function reads (block devices, licences, launch templates …) are taken for empty ones,
 * and come out as `{}`. EC2: −10 KB; Auto Scaling and Step Functions: −3 KB and more each.
 */
function withoutUnread(client: string, source: string): string {
  const structures = readOf[basename(client)];
  if (structures === undefined) return source;
  const shorter = Object.entries(membersRead[basename(client)] ?? {}).reduce(withMembers, source);
  const lean = Object.entries(structures).reduce((text, [structure, read]) => {
    const schema = new RegExp(`^export var ${structure}\\$ = \\[3,[^;]*;$`, 'm');
    return text.replace(schema, (whole) =>
      whole.replace(/\(\) => ([\w$]+)/g, (reference, name: string) => (read.includes(name) ? reference : 'unread')),
    );
  }, shorter);
  return `${lean}\nfunction unread() { return [3, n0, 'Unread', 0, [], []]; }\n`;
}

/**
 * Clients whose errors need their classes, all that the imported commands are documented to throw: Route 53 wraps an
 * error in `<ErrorResponse>`, and without a class the SDK looks for the message beside `<Error>` instead of inside it.
 */
export const keptErrors: ReadonlySet<string> = new Set(['client-route-53']);

/** The error classes that stay: those that the sources name, to compare with `instanceof`, and `keptErrors`. */
function neededErrors(client: string, imports: Imports): Set<string> | undefined {
  const names = imports.get(`@aws-sdk/${basename(client)}`) ?? [];
  const needed = new Set<string>(names);
  if (!keptErrors.has(basename(client))) return needed;
  for (const command of names.filter((name) => name.endsWith('Command'))) {
    const declaration = join(client, 'dist-types', 'commands', `${command}.d.ts`);
    if (!existsSync(declaration)) return undefined;
    const thrown = readFileSync(declaration, 'utf8').matchAll(/@throws \{@link (\w+)\}/g);
    for (const [, error] of thrown) if (error !== undefined) needed.add(error);
  }
  return needed;
}

type Imports = ReadonlyMap<string, readonly string[]>;

/** By package: what the sources import from it by name. */
function importsIn(folder: string): Imports {
  const imports = new Map<string, string[]>();
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  )) {
    const text = readFileSync(folder + sep + file, 'utf8');
    for (const [, list = '', client = ''] of text.matchAll(/import \{([^}]*)\} from '(@aws-sdk\/client-[\w-]+)'/g)) {
      imports.set(client, [...(imports.get(client) ?? []), ...list.split(',').map((name) => name.trim())]);
    }
  }
  return imports;
}
