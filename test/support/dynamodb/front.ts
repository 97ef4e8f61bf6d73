import type { IncomingHttpHeaders } from 'node:http';

import type { Item } from 'dynalite/db';

import { answer, isApiError, refusal } from './answers';
import type { Backend, Reply } from './backend';
import { transactWriteItems } from './transaction';

/** A request as it came in. */
export interface Incoming {
  readonly operation: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What stands before dynalite: passes everything on, one at a time, and carries out transactions itself. */
export class Front {
  readonly #backend: Backend;
  /** Of the transactions that were carried out: token → what they were. */
  readonly #tokens = new Map<string, string>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Carries out a request when all that came before it are done, so that nothing happens amid a transaction. */
  handle(incoming: Incoming): Promise<Reply> {
    const reply = this.#last.then(() =>
      incoming.operation === 'TransactWriteItems'
        ? this.#transact(incoming)
        : this.#backend.forward(incoming.headers, incoming.body),
    );
    this.#last = reply.catch(() => undefined);
    return reply;
  }

  async #transact({ headers, body }: Incoming): Promise<Reply> {
    const { ClientRequestToken: token, ...input } = JSON.parse(body.toString()) as Item;
    const known = typeof token === 'string' ? this.#tokens.get(token) : undefined;
    if (known !== undefined) return known === payloadOf(input) ? answer(200, {}) : mismatch();
    try {
      const reply = await transactWriteItems(input.TransactItems, (operation, content) =>
        this.#call(headers, operation, content),
      );
      if (reply.status === 200 && typeof token === 'string') this.#tokens.set(token, payloadOf(input));
      return reply;
    } catch (error) {
      if (isApiError(error)) return answer(error.statusCode, error.body);
      throw error;
    }
  }

  // With the headers of the request that it serves: dynalite wants a signature, though it does not check it.
  async #call(headers: IncomingHttpHeaders, operation: string, input: object): Promise<Item> {
    const target = `DynamoDB_20120810.${operation}`;
    const reply = await this.#backend.forward(
      { ...headers, 'x-amz-target': target },
      Buffer.from(JSON.stringify(input)),
    );
    const content = JSON.parse(reply.body.toString()) as Item;
    if (reply.status === 200) return content;
    const message = String(content.message ?? content.Message ?? content.__type);
    throw Object.assign(new Error(message), { statusCode: reply.status, body: content });
  }
}

// What is asked about the answer is not part of what is to be done.
function payloadOf(input: Item): string {
  return JSON.stringify({ ...input, ReturnConsumedCapacity: undefined, ReturnItemCollectionMetrics: undefined });
}

function mismatch(): Reply {
  return refusal('IdempotentParameterMismatchException', 'the token was used for another request');
}
