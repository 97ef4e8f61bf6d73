import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** A module that no call of ours can reach, and what stands in its place. */
interface ReplacedModule {
  /** Matches the module's file. */
  readonly file: RegExp;
  /** Made of the module's own source where it has to have the same exports. */
  readonly contents: string | ((source: string) => string);
}

const inPackage = (name: string, rest = '') => new RegExp(`[\\\\/]node_modules[\\\\/]${name}[\\\\/]${rest}`);

/** Says what to do, should a change of ours reach it after all. */
const refusal = (what: string) =>
  `const refuse = () => { throw Object.assign(new Error(${JSON.stringify(`${what}; see infra/bundling`)}), { name: 'LeftOutOfBundle' }); };`;

// How much each saves was measured by putting it back alone (November 2026, minified, KB of 1000 bytes).
const leftOut: readonly ReplacedModule[] = [
  {
    // −124 KB: SSO, STS, INI files, instance metadata and web identity, none of which Lambda has. Lambda puts a
    // role's credentials into the environment; functions/shared/aws-client.ts hands them to every client.
    file: inPackage('@aws-sdk[\\\\/]credential-provider-node', 'dist-es[\\\\/]index\\.js$'),
    contents: `${refusal('the AWS client was made without credentials, and the bundle has no default chain of providers')}
      export const defaultProvider = () => async () => refuse();`,
  },
  {
    // −20 KB: for operations that stream events (Kinesis, Transcribe, S3 Select). The protocol imports it when one
    // is called.
    file: inPackage('@smithy[\\\\/]core', 'dist-es[\\\\/]submodules[\\\\/]event-streams[\\\\/]index\\.js$'),
    contents: `${refusal('the bundle cannot stream events')}
      export class EventStreamSerde { constructor() { refuse(); } }
      export const eventStreamSerdeProvider = refuse;
      export const resolveEventStreamSerdeConfig = (input) => input;`,
  },
  {
    // −9 KB, 8 of them an LRU cache of a thousand places. DynamoDB's client makes one, and none of its commands asks for
    // another endpoint than its region's.
    file: inPackage('@aws-sdk[\\\\/]middleware-endpoint-discovery', 'dist-es[\\\\/]index\\.js$'),
    contents: `${refusal('the bundle cannot discover endpoints')}
      const none = () => undefined;
      export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
        environmentVariableSelector: none, configFileSelector: none, default: undefined,
      };
      export const resolveEndpointDiscoveryConfig = (input) => input;
      export const endpointDiscoveryMiddlewareOptions = {};
      export const getEndpointDiscoveryPlugin = refuse;
      export const getEndpointDiscoveryRequiredPlugin = refuse;
      export const getEndpointDiscoveryOptionalPlugin = refuse;`,
  },
  {
    // −165 KB, 137 of them the MIME types of all files there are. axios itself puts null here in browsers, and then
    // uses the platform's own FormData, which Node has too. We send strings only.
    file: inPackage('form-data'),
    contents: 'export default null;',
  },
  {
    // −17 KB with its debug, agent-base and supports-color. The Jenkins client asks for `proxy: false`.
    file: inPackage('https-proxy-agent'),
    contents: `${refusal('the bundle cannot use a proxy')}
      export default class HttpsProxyAgent { constructor() { refuse(); } }`,
  },
  {
    // −6 KB: which hosts the environment's proxy is not for. The Jenkins client asks for `proxy: false`.
    file: inPackage('(?:proxy-from-env|axios[\\\\/]lib[\\\\/]helpers)', '(?:index|shouldBypassProxy)\\.js$'),
    contents: `${refusal('the bundle cannot look for a proxy in the environment')}
      export const getProxyForUrl = refuse;
      export default refuse;`,
  },
  {
    // −4 KB. The clients retry in the mode `standard`; these limit the rate in the mode `adaptive`.
    file: inPackage('@smithy[\\\\/]core', '.*[\\\\/](DefaultRateLimiter|AdaptiveRetryStrategy)\\.js$'),
    contents: `${refusal('the bundle has no adaptive retries')}
      export class DefaultRateLimiter { constructor() { refuse(); } }
      export class AdaptiveRetryStrategy { constructor() { refuse(); } }`,
  },
  {
    // −1 KB: asks an EC2 instance for its region when the environment tells none. Lambda's does.
    file: inPackage('@smithy[\\\\/]core', '.*[\\\\/]getInstanceMetadataRegion\\.js$'),
    contents: `${refusal("no region is set, and the bundle cannot ask for an instance's metadata")}
      export const getInstanceMetadataRegion = refuse;`,
  },
  {
    // −2 KB: the headers of an event in a stream, which only a stream of events signs.
    file: inPackage('@smithy[\\\\/]signature-v4', 'dist-es[\\\\/]HeaderFormatter\\.js$'),
    contents: `${refusal('the bundle cannot sign events')}
      export class HeaderFormatter { format() { refuse(); } }`,
  },
  {
    // −2 KB: `~/.aws/config` and `~/.aws/credentials`, which Lambda has not, and which each client would look for.
    file: inPackage('@smithy[\\\\/]core', '.*[\\\\/]shared-ini-file-loader[\\\\/]loadSharedConfigFiles\\.js$'),
    contents: `export const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} });
      export const CONFIG_PREFIX_SEPARATOR = '.';`,
  },
  {
    // −3 KB: for a Node that was built without OpenSSL. With it the SDK hashes by node:crypto.
    file: inPackage('@smithy[\\\\/]core', '.*[\\\\/]Sha256Js\\.js$'),
    contents: `${refusal('the bundle hashes by node:crypto only')}
      export class Sha256Js { constructor() { refuse(); } }`,
  },
  {
    // −3 KB of what reads S3: the same for the checksums of objects.
    file: inPackage('@aws-sdk[\\\\/]checksums', '.*[\\\\/]Sha1Js\\.js$'),
    contents: `${refusal('the bundle hashes by node:crypto only')}
      export class Sha1Js { constructor() { refuse(); } }`,
  },
  {
    // −3 KB of what calls S3: signatures for several regions at once (SigV4a), which only its multi-region access points ask for.
    file: inPackage('@aws-sdk[\\\\/]signature-v4-multi-region', '.*[\\\\/]SignatureV4MultiRegion\\.js$'),
    contents: `import { SignatureV4SignWithCredentials } from './SignatureV4SignWithCredentials';
      ${refusal('the bundle signs for one region')}
      export class SignatureV4MultiRegion extends SignatureV4SignWithCredentials {
        static sigv4aDependency() { return 'none'; }
        async sign(request, options = {}) { return options.signingRegion === '*' ? refuse() : super.sign(request, options); }
      }`,
  },
  {
    // −3 KB: forms with files, as streams and as JSON. Ours is a string by the time axios has it.
    file: inPackage('axios', 'lib[\\\\/]helpers[\\\\/]formDataTo(Stream|JSON)\\.js$'),
    contents: `${refusal('the bundle of axios cannot send FormData')}
      export default refuse;`,
  },
  {
    // −2 KB: URLs that are their own answer. Settings allow http and https.
    file: inPackage('axios', 'lib[\\\\/]helpers[\\\\/](fromDataURI|estimateDataURLDecodedBytes)\\.js$'),
    contents: `${refusal('the bundle of axios cannot read data: URLs')}
      export const estimateDataURLBufferAllocation = refuse;
      export default refuse;`,
  },
  {
    // −1 KB: the names of HTTP's statuses, which axios keeps for others to use.
    file: inPackage('axios', 'lib[\\\\/]helpers[\\\\/]HttpStatusCode\\.js$'),
    contents: `${refusal('the bundle of axios has no names of statuses')}
      export default new Proxy({}, { get: refuse });`,
  },
  {
    // −1 KB: counts and slows down what passes, for `onUploadProgress`, `onDownloadProgress` and `maxRate`.
    file: inPackage('axios', 'lib[\\\\/]helpers[\\\\/]AxiosTransformStream\\.js$'),
    contents: `${refusal('the bundle of axios cannot follow progress or limit rates')}
      export default class AxiosTransformStream { constructor() { refuse(); } }`,
  },
  {
    // −1 KB, and node:http2 is not loaded. Jenkins speaks HTTP/1.1; axios makes the object and asks it for nothing.
    file: inPackage('axios', 'lib[\\\\/]helpers[\\\\/]Http2Sessions\\.js$'),
    contents: `${refusal('the bundle of axios has no HTTP/2')}
      export default class Http2Sessions { getSession() { refuse(); } }`,
  },
  {
    // −19 KB with its debug. The Jenkins client asks for `maxRedirects: 0`, and then axios takes node:http and node:https.
    file: inPackage('follow-redirects'),
    contents: `${refusal('the bundle cannot follow redirects')}
      export default { http: { request: refuse }, https: { request: refuse } };`,
  },
  {
    // −16 KB. Of axios' three adapters it takes the first that the platform has; in Node that is `http`, and the one
    // for XMLHttpRequest is `false` as it stands.
    file: inPackage('axios', 'lib[\\\\/]adapters[\\\\/](xhr|fetch)\\.js$'),
    contents: `${refusal('the bundle has the http adapter of axios only')}
      export const getFetch = refuse;
      export default false;`,
  },
  {
    // −18 KB. Every schema has a method that describes it in JSON Schema; no function calls it.
    file: inPackage('zod', 'v4[\\\\/]core[\\\\/](to-json-schema|json-schema-processors)\\.js$'),
    contents: (source) => `${refusal('the bundle cannot write JSON Schema')}\n${refusedExports(source)}`,
  },
  {
    // −3 KB. Lets a schema parse data that contains itself, which JSON never does: a container that meets the same value
    // again and again is refused before the stack overflows.
    file: inPackage('zod', 'v4[\\\\/]core[\\\\/]memoizer\\.js$'),
    contents: `${refusal('the bundle cannot parse data that contains itself')}
      const parses = new WeakMap();
      const alloc = (schema, { value }, empty, parse) => {
        if (!parses.has(parse)) parses.set(parse, new Map());
        const met = parses.get(parse);
        met.set(value, (met.get(value) ?? 0) + 1);
        if (met.get(value) > 500) refuse();
        return empty;
      };
      const memo = { alloc, guard() {}, attach() {} };
      export const memoizer = () => memo;
      export const isBackEdge = () => false;
      export const isRecursiveSchema = refuse;
      export class $ZodCyclicError extends Error {}`,
  },
];

/** The exports of a module, each of them `refuse`. */
function refusedExports(source: string): string {
  const declared = [...source.matchAll(/^export (?:const|function) (\w+)/gm)].map(([, name]) => name ?? '');
  const renamed = [...source.matchAll(/^export \{ \w+ as (\w+) \};$/gm)].map(([, name]) => name ?? '');
  return [...declared, ...renamed].map((name) => `export { refuse as ${name} };`).join('\n');
}

/** Puts a refusal, or the package's own substitute, in the place of modules that are never reached. */
export function withoutUnreachable(): Plugin {
  return {
    name: 'without-unreachable',
    setup(build) {
      for (const { file, contents } of leftOut) {
        build.onLoad({ filter: file }, async ({ path }) => ({
          contents: typeof contents === 'string' ? contents : contents(await readFile(path, 'utf8')),
          loader: 'js',
        }));
      }
    },
  };
}
