import type { Submitted } from '../model/parameter-values';
import { Refusal, type HttpRequest } from './messages';

/** What a servlet sees of a request's parameters: the query and the form body in one pot. */
export class Form {
  readonly values: Submitted;

  private constructor(values: Submitted) {
    this.values = values;
  }

  static of(request: HttpRequest, contentType: string): Form {
    const values = new Map<string, string[]>();
    for (const encoded of [request.query ?? '', formBody(request, contentType)]) {
      for (const [name, value] of new URLSearchParams(encoded)) {
        values.set(name, [...(values.get(name) ?? []), value]);
      }
    }
    return new Form(values);
  }

  first(name: string): string | undefined {
    return this.values.get(name)?.[0];
  }
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
