/** Reads a body up to a limit. `undefined`: it has more. What comes after the limit is not kept. */
export async function readBody(request: Request, limit: number): Promise<Uint8Array | undefined> {
  const announced = request.headers.get('content-length');
  if (announced !== null && Number(announced) > limit) return undefined;
  // One read, where the length is known to fit: much quicker than by pieces.
  if (announced !== null && /^\d+$/.test(announced)) {
    const bytes = new Uint8Array(await request.arrayBuffer());
    return bytes.byteLength > limit ? undefined : bytes;
  }
  const stream = request.body;
  if (stream === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = stream.getReader();
  for (;;) {
    const part = (await reader.read()) as { done: boolean; value?: Uint8Array };
    if (part.value !== undefined) {
      size += part.value.byteLength;
      if (size > limit) {
        await reader.cancel();
        return undefined;
      }
      chunks.push(part.value);
    }
    if (part.done) return Buffer.concat(chunks);
  }
}
