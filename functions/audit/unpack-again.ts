import { createGunzip } from 'node:zlib';

/**
 * Unpacks a broken archive again, from where it broke byte by byte: of a write that fails nothing is given, also of what
 * stands before the fault. So only what follows the last sound byte is lost.
 *
 * @param from where the write began that failed.
 * @param given so many bytes were given before; they are not given again.
 */
export async function unpackAgain(
  { packed, from }: { readonly packed: Buffer; readonly from: number },
  given: number,
  give: (chunk: Buffer) => void,
): Promise<void> {
  const gunzip = createGunzip();
  let before = given;
  let isBroken = false;
  let goOn = () => {};
  gunzip.on('data', (chunk: Buffer) => {
    const known = Math.min(before, chunk.length);
    before -= known;
    if (known < chunk.length) give(chunk.subarray(known));
  });
  gunzip.on('error', () => {
    isBroken = true;
    goOn();
  });
  // Set by the event, which the compiler does not follow.
  const isOver = () => isBroken;
  for (let at = 0; at < packed.length && !isOver();) {
    const end = at === 0 && from > 0 ? from : at + 1;
    await new Promise<void>((done) => {
      goOn = done;
      gunzip.write(packed.subarray(at, end), () => done());
    });
    at = end;
  }
  gunzip.destroy();
}
