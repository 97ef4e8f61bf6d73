import type { SubmittedForm } from '../../model/parameter-values';

/** Reads the `json` field of the UI's form: `{"parameter": {"name": …, "value": …}}`, or a list of those. */
export function submittedJson(text: string): SubmittedForm | undefined {
  const form = parse(text);
  if (!isObject(form)) return undefined;
  const entries: unknown[] = Array.isArray(form.parameter) ? form.parameter : [form.parameter ?? {}];
  const values = new Map<string, string[]>();
  for (const entry of entries) {
    if (!isObject(entry)) return undefined;
    if (typeof entry.name === 'string') values.set(entry.name, [inWords(entry.value)]);
  }
  return values;
}

function inWords(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
