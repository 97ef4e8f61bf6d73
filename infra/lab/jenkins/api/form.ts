import type { SubmittedForm } from '../model/parameter-values';
import { Refusal, type HttpRequest } from './messages';

/** What a servlet sees of a request's parameters: the query and the form body in one pot. */
export class Form {
  readonly values: SubmittedForm;

  private constructor(values: SubmittedForm) {
    this.values = values;
  }

  static of(request: HttpRequest, contentType: string): Form {
    const body = formBody(request, contentType);
    const query = valuesOf(request.query ?? '');
    return new Form(body === '' ? query : together(query, valuesIn(body)));
  }

  first(name: string): string | undefined {
    return this.values.get(name)?.[0];
  }
}

const known = new Map<string, SubmittedForm>();
/** A client asks the same few questions all the time; this is for one that makes up new ones. */
const mostKnown = 100;

/** What a query says, read once for all requests. */
function valuesOf(query: string): SubmittedForm {
  const values = known.get(query) ?? valuesIn(query);
  if (known.size < mostKnown) known.set(query, values);
  return values;
}

function valuesIn(encoded: string): SubmittedForm {
  const values = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(encoded)) values.set(name, [...(values.get(name) ?? []), value]);
  return values;
}

function together(one: SubmittedForm, other: SubmittedForm): SubmittedForm {
  const both = new Map(one);
  for (const [name, values] of other) both.set(name, [...(both.get(name) ?? []), ...values]);
  return both;
}

function formBody(request: HttpRequest, type: string): string {
  if (type.startsWith('multipart/')) {
    // Reading nothing from it would be a quiet lie: a real Jenkins does read it.
    throw new Refusal({ status: 501, headers: {}, body: 'the stand-in does not read multipart forms: send a form' });
  }
  return type.startsWith('application/x-www-form-urlencoded') ? (request.body ?? '') : '';
}

/**
 * The `delay` of a request in milliseconds, whole seconds only. `5sec` and `5secs` are seconds, a bare number is
 * *milliseconds* (so `5` is none); `undefined` for what Jenkins answers with an "Oops!" page.
 */
export function parseDelay(text: string): number | undefined {
  const [, digits, unit] = /^(\d+)(secs?)?$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const millis = Number(digits) * (unit === undefined ? 1 : 1000);
  return Math.floor(millis / 1000) * 1000;
}
