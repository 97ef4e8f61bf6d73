/**
 * What a value was at any time since it came to be.
 *
 * Health checks are computed when their result is asked for, so they have to look back.
 */
export class Timeline<T> {
  readonly #changes: { readonly at: number; readonly value: T }[];

  constructor(at: number, value: T) {
    this.#changes = [{ at, value }];
  }

  /** The newest value. */
  get current(): T {
    return (this.#changes.at(-1) as { value: T }).value;
  }

  set(at: number, value: T): void {
    if (value !== this.current) this.#changes.push({ at, value });
  }

  /** The value at that time; before the first change, the first value. */
  at(millis: number): T {
    for (let index = this.#changes.length - 1; index > 0; index -= 1) {
      const change = this.#changes[index];
      if (change !== undefined && change.at <= millis) return change.value;
    }
    return (this.#changes[0] as { value: T }).value;
  }
}
