/** What a request is answered with. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Where requests come in. The application asks its door for a request and not `Request` itself: under `node:http` the
 * objects of the Fetch API for a request, its headers, its body and the answer cost more than all that is done with them.
 */
export interface Door {
  /**
   * The value of a header, by its name in lower case; `undefined`: the sender sent none. Several of one name are joined with
   * `,`, as an HTTP API joins them (RFC 9110, 5.3).
   */
  header(name: string): string | undefined;
  /** Bytes of all names and values, and four more for each line. */
  headerBytes(): number;
  /** Reads the body. `undefined`: it has more than `limit` bytes, of which the rest is not kept. Rejects where the sender breaks off. */
  body(limit: number): Promise<Uint8Array | undefined>;
  /** Sends the answer. The router expects the Response that is returned; under `node:http` it is a dummy. */
  answer(answer: Answer): Response;
}

/** Of the Fetch API: in Lambda, and wherever the application is called with a Request. */
export function fetchDoor(request: Request): Door {
  const { headers } = request;
  return {
    header: (name) => headers.get(name) ?? undefined,
    headerBytes: () => {
      let size = 0;
      headers.forEach((value, name) => (size += name.length + value.length + 4));
      return size;
    },
    body: (limit) => readBody(request, limit),
    answer: ({ status, headers: said, body }) => new Response(body, { status, headers: said }),
  };
}

/** Reads a body up to a limit. `undefined`: it has more. What comes after the limit is not kept. */
async function readBody(request: Request, limit: number): Promise<Uint8Array | undefined> {
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
