/** Where accepted events wait for the stager. */
export interface EventQueue {
  /** Resolves when the message is durable. At most 1 MB (SQS since January 2026). */
  send(body: string): Promise<void>;
}
