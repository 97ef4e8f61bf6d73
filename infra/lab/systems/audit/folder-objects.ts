import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import type { Objects } from '../../../../functions/audit/ports/objects';

/** S3 as a folder of a folder for each bucket. An object that is not there is refused as S3 refuses it. */
export function folderObjects(root: string): Objects {
  return {
    async open({ bucket, key }) {
      const bytes = await readFile(join(root, bucket, key)).catch(() => {
        throw Object.assign(new RangeError(`no such key: ${key}`), {
          name: 'NoSuchKey',
          $metadata: { httpStatusCode: 404 },
        });
      });
      return { etag: createHash('md5').update(bytes).digest('hex'), body: Readable.from([bytes]) };
    },
  };
}

/** Puts lines there as Redshift does: packed by gzip. */
export async function putLog(root: string, bucket: string, key: string, lines: readonly string[]): Promise<void> {
  const file = join(root, bucket, key);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, gzipSync(lines.map((line) => `${line}\n`).join('')));
}
