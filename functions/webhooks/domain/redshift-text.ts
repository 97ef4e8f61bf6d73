/**
 * A text that COPY may load as NULL: its null string, which no option changes where the files are JSON.
 *
 * Source: Amazon Redshift database developer guide, "Data conversion parameters" (NULL AS) and "Data format parameters"
 * (what is not supported with JSON).
 */
export function isNullText(text: string): boolean {
  return text === '\\N';
}

/**
 * Whether a text can tell one event from another in the warehouse: Redshift compares texts without the blanks at their
 * end, so that `a` and `a ` are the same one ("Character types", significance of trailing blanks).
 */
export function isDistinct(text: string): boolean {
  return !text.endsWith(' ') && !isNullText(text);
}
