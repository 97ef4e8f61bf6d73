import type { Clock } from '../../shared/runtime';
import type { SecretSource } from '../ports/secrets';

const keptMs = 5 * 60_000;
/** So that a sender of wrong signatures does not make us read the secret at its pace. */
const rereadAfterMs = 30_000;

interface CachedSecrets {
  readonly at: number;
  readonly secrets: readonly string[];
}

/** Secrets as they were within the last five minutes; read again sooner where a signature fits none of them. */
export class SecretsCache {
  readonly #source: SecretSource;
  readonly #clock: Clock;
  readonly #kept = new Map<string, CachedSecrets>();
  readonly #reading = new Map<string, Promise<CachedSecrets>>();

  constructor(source: SecretSource, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
  }

  /** The secrets of that name: at once, where they are known. Rejects with what the source throws. */
  read(name: string): readonly string[] | Promise<readonly string[]> {
    const kept = this.#kept.get(name);
    if (kept !== undefined && this.#now() - kept.at < keptMs) return kept.secrets;
    return this.#load(name).then(({ secrets }) => secrets);
  }

  /** After a signature that fits none: others, if there are any by now. */
  async readAgain(name: string): Promise<readonly string[] | undefined> {
    const kept = this.#kept.get(name);
    if (kept !== undefined && this.#now() - kept.at < rereadAfterMs) return undefined;
    const { secrets } = await this.#load(name);
    return kept !== undefined && same(kept.secrets, secrets) ? undefined : secrets;
  }

  /** A crowd of requests reads once. */
  #load(name: string): Promise<CachedSecrets> {
    const reading = this.#reading.get(name);
    if (reading !== undefined) return reading;
    const load = this.#source
      .read(name)
      .then((secrets) => {
        const kept = { at: this.#now(), secrets };
        this.#kept.set(name, kept);
        return kept;
      })
      .finally(() => this.#reading.delete(name));
    this.#reading.set(name, load);
    return load;
  }

  #now(): number {
    return this.#clock.now().getTime();
  }
}

function same(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((one, index) => one === right[index]);
}
