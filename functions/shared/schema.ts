// zod's functions instead of its methods: a bundle then holds of zod what its schemas use (29 KB instead of 77). They come
// without words for mistakes, so the words are given here; English alone, as all languages there are would be 90 KB.
import { config } from 'zod/mini';
import { en } from 'zod/v4/locales';

config(en());

export * from 'zod/mini';
