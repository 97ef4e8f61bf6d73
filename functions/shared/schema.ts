// zod's functions instead of its methods: a bundle then holds of zod what its schemas use (29 KB instead of 77). They come
// without words for mistakes, so the words are given here; English alone, as all languages there are would be 90 KB.
import * as z from 'zod/mini';
import { en } from 'zod/v4/locales';

z.config(en());

export * from 'zod/mini';

// Fields of what people write: the words for a mistake are what is allowed.

/** Text that is not empty. `allowed`: what it is, in words. */
export const text = (allowed: string, max: number) =>
  z.string(allowed).check(z.minLength(1, allowed), z.maxLength(max, `${allowed}, of at most ${max} characters`));

/** A whole number, from `min` to `max`. */
export const whole = (unit: string, min: number, max: number) => {
  const allowed = `a whole number of ${unit} from ${min} to ${max}`;
  return z.number(allowed).check(z.int(allowed), z.minimum(min, allowed), z.maximum(max, allowed));
};

/** Text of a form. */
export const matching = (pattern: RegExp, allowed: string) => z.string(allowed).check(z.regex(pattern, allowed));

/** An object of these fields and no others. */
export const section = <Shape extends z.core.$ZodShape>(shape: Shape) =>
  z.strictObject(shape, { error: (issue) => (issue.code === 'invalid_type' ? 'an object' : undefined) });
