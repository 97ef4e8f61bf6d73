interface Tag {
  /** `undefined`: taken away. */
  readonly value: string | undefined;
  readonly visibleAt: number;
  /** What a reader sees until then; absent: nothing. */
  readonly before: string | undefined;
}

/** An instance's tags. What was written is true at once and readable later: EC2 is eventually consistent. */
export class TagSet {
  readonly #tags = new Map<string, Tag>();

  set(key: string, value: string, now: number, visibleAt: number): void {
    this.#tags.set(key, { value, visibleAt, before: this.#read(key, now) });
  }

  /** Takes a tag away; it is shown until then. */
  delete(key: string, now: number, visibleAt: number): void {
    this.#tags.set(key, { value: undefined, visibleAt, before: this.#read(key, now) });
  }

  /** Tags that would be there with these: the limit is 50, not counting those of AWS. */
  countWith(keys: readonly string[]): number {
    const all = new Set([...this.actual().keys(), ...keys]);
    return [...all].filter((key) => !key.startsWith('aws:')).length;
  }

  /** What DescribeInstances shows at this time. */
  visible(now: number): Map<string, string> {
    const shown = new Map<string, string>();
    for (const key of this.#tags.keys()) {
      const value = this.#read(key, now);
      if (value !== undefined) shown.set(key, value);
    }
    return shown;
  }

  /** What is true, whether it is visible yet or not. */
  actual(): Map<string, string> {
    return new Map([...this.#tags].flatMap(([key, { value }]) => (value === undefined ? [] : [[key, value]])));
  }

  #read(key: string, now: number): string | undefined {
    const tag = this.#tags.get(key);
    return tag === undefined || tag.visibleAt <= now ? tag?.value : tag.before;
  }
}
