/** `{word}` or `{word:02}`: what a template may ask for. Other braces are ordinary text. */
const placeholder = /\{([a-zA-Z]+)(?::0(\d))?\}/g;

/** The words that a template asks for, in order, with repetitions. */
export function placeholders(template: string): string[] {
  return [...template.matchAll(placeholder)].map((match) => match[1] ?? '');
}

/**
 * Fills in a template: `{name}` with the value of that name, `{index:02}` with the value padded with zeros to two
 * digits. A word that `values` lacks becomes the empty string; check templates with `placeholders` when they are read.
 */
export function fillTemplate(template: string, values: Readonly<Record<string, string | number | undefined>>): string {
  return template.replace(placeholder, (_, word: string, width?: string) =>
    String(values[word] ?? '').padStart(Number(width ?? 0), '0'),
  );
}
