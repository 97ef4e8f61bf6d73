import { open } from 'node:fs/promises';

const pieceBytes = 256 * 1024;

/**
 * A file piece by piece. Each is overwritten by the next one: buffers of their own would live just long enough to be taken
 * for old, and lie in memory until the engine looks through all of it.
 */
export async function* piecesOf(path: string): AsyncGenerator<Buffer> {
  const file = await open(path);
  try {
    const buffer = Buffer.allocUnsafeSlow(pieceBytes);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, pieceBytes);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
