import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { xmlError, type Answer, type Call, type Service } from './server';

const operations: Readonly<Record<string, string>> = { PUT: 'PutObject', GET: 'GetObject', DELETE: 'DeleteObject' };

/** One bucket of S3, as far as the store's four calls go: REST in the path style, listings in pages of 1,000 keys. */
export class S3Service implements Service {
  readonly objects = new Map<string, Buffer>();
  readonly #bucket: string;
  /** Whether the caller may list: S3 says only then that a key is missing. */
  mayList: (call: Call) => boolean = () => true;

  constructor(bucket: string) {
    this.#bucket = bucket;
  }

  operationOf({ method, path, query, headers }: Pick<Call, 'method' | 'path' | 'query' | 'headers'>) {
    if (headers['x-amz-target'] !== undefined || !/^\/[^/]/.test(path)) return undefined;
    return query.has('list-type') ? 'ListObjectsV2' : operations[method];
  }

  answer(call: Call): Answer {
    const [, bucket = '', ...rest] = call.path.split('/');
    if (bucket !== this.#bucket) return xmlError('NoSuchBucket', 404);
    const key = rest.join('/');
    switch (call.operation) {
      case 'PutObject':
        return this.#put(key, call);
      case 'GetObject': {
        const body = this.objects.get(key);
        if (body !== undefined) return { status: 200, headers: headersOf(body, call), body };
        return this.mayList(call) ? xmlError('NoSuchKey', 404) : xmlError('AccessDenied', 403);
      }
      case 'DeleteObject':
        this.objects.delete(key);
        return { status: 204 };
      default:
        return this.#list(call.query);
    }
  }

  /** What does not arrive as it was sent is not stored. */
  #put(key: string, { body, headers }: Call): Answer {
    const told = headers['x-amz-checksum-crc32'];
    if (told !== undefined && told !== checksumOf(body)) return xmlError('BadDigest', 400);
    this.objects.set(key, body);
    return { status: 200, headers: { etag: etagOf(body) } };
  }

  #list(query: URLSearchParams): Answer {
    const [prefix, after] = [query.get('prefix') ?? '', query.get('start-after') ?? ''];
    const most = Math.min(1000, Number(query.get('max-keys') ?? 1000));
    const found = [...this.objects]
      .filter(([key]) => key.startsWith(prefix) && Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0)
      .sort(([left], [right]) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
    const contents = found
      .slice(0, most)
      .map(([key, body]) => `<Contents><Key>${escaped(key)}</Key><Size>${body.byteLength}</Size></Contents>`);
    const body =
      '<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
      `<Name>${this.#bucket}</Name><IsTruncated>${found.length > most}</IsTruncated>${contents.join('')}</ListBucketResult>`;
    return { status: 200, headers: { 'content-type': 'application/xml' }, body };
  }
}

const etagOf = (body: Buffer) => `"${createHash('md5').update(body).digest('hex')}"`;

/** CRC-32 as S3 writes it: four bytes, the highest first, as base64. */
function checksumOf(body: Buffer): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes.toString('base64');
}

/** S3 tells the checksum to whom asks for it. */
function headersOf(body: Buffer, { headers }: Call): Record<string, string> {
  const isAsked = headers['x-amz-checksum-mode'] === 'ENABLED';
  return {
    'content-type': 'binary/octet-stream',
    etag: etagOf(body),
    ...(isAsked && { 'x-amz-checksum-crc32': checksumOf(body) }),
  };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
