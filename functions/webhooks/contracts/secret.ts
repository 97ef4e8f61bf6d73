import { SecretUnusable } from './errors';

/**
 * The secrets in a value: a text that is one, or a JSON list of them, or `{"secrets": [...]}`. While one follows
 * another both stand there, so that no request between the two is refused.
 */
export function readSecretValue(text: string, name: string): readonly string[] {
  const secrets = listIn(text.trim()).filter((one) => one !== '');
  // The text itself is not in the message: it is, or was meant to be, a secret.
  if (secrets.length === 0 || secrets.length > 8)
    throw new SecretUnusable(`${name} has ${secrets.length} secrets, allowed: 1 to 8`);
  return secrets;
}

function listIn(text: string): string[] {
  if (!text.startsWith('[') && !text.startsWith('{')) return [text];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [text];
  }
  const list: unknown = Array.isArray(value) ? value : (value as { secrets?: unknown }).secrets;
  return Array.isArray(list) ? list.filter((one): one is string => typeof one === 'string') : [];
}
