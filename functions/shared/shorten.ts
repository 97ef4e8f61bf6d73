import { shortHash } from './short-hash';

const hashLength = 8;

/**
 * `text` with every character that `illegal` matches made into `-`, in at most `length` characters. A text that had
 * to be changed ends in a hash of the whole, so that two texts that start alike stay apart.
 */
export function shorten(text: string, length: number, illegal: RegExp): string {
  const legal = text.replace(illegal, '-');
  if (legal === text && text.length <= length) return text;
  return `${legal.slice(0, length - hashLength - 1)}-${shortHash(text)}`;
}
