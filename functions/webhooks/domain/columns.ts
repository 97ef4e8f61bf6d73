import type { Column } from '../contracts/routes';
import { NumberText, atPointer, type JsonValue } from './json/value';
import { cutText, writeJson, type Flag } from './json/write';
import { isNullText } from './redshift-text';
import { sqlTime, timeOfNumber, timeOfText } from './time';

/** JSON text of a column's value, or that the event does not fit its table. */
export type ColumnResult = { readonly json: string } | { readonly misfit: string };

const nothing: ColumnResult = { json: 'null' };

/**
 * A typed column of an event. What is there and of another type is a misfit, as is a required value that is missing;
 * what is of the type and does not fit the column's size is cut, or null, and flagged.
 */
export function columnOf(name: string, column: Column, event: JsonValue, flag: (flag: Flag) => void): ColumnResult {
  const value = atPointer(event, column.from);
  if (value === undefined || value === null) {
    return column.required ? { misfit: `${name}: nothing at ${column.from}` } : nothing;
  }
  const misfit = { misfit: `${name}: no ${column.type} at ${column.from}` };
  const orNull = (json: string | undefined): ColumnResult => {
    if (json === undefined) flag(`null:${name}`);
    return { json: json ?? 'null' };
  };
  switch (column.type) {
    case 'text': {
      const text = typeof value === 'string' ? value : value instanceof NumberText ? value.text : undefined;
      if (text === undefined) return misfit;
      const cut = cutText(text, column.bytes);
      if (isNullText(cut)) return orNull(undefined);
      if (cut !== text) flag(`cut:${name}`);
      return { json: JSON.stringify(cut) };
    }
    case 'boolean':
      return typeof value === 'boolean' ? { json: String(value) } : misfit;
    case 'bigint': {
      const text = decimalText(value);
      return text === undefined ? misfit : orNull(asBigint(text));
    }
    case 'decimal': {
      const text = decimalText(value);
      return text === undefined ? misfit : orNull(asDecimal(text, column.precision, column.scale));
    }
    case 'timestamp': {
      if (typeof value !== 'string' && !(value instanceof NumberText)) return misfit;
      const ms = typeof value === 'string' ? timeOfText(value) : timeOfNumber(Number(value.text));
      return orNull(ms === undefined ? undefined : JSON.stringify(sqlTime(ms)));
    }
    case 'json':
      return { json: writeJson(value, flag) };
  }
}

/** Numbers, and numbers in text: many senders write amounts so. */
function decimalText(value: JsonValue): string | undefined {
  const text = typeof value === 'string' ? value.trim() : value instanceof NumberText ? value.text : '';
  return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? text : undefined;
}

/** No sender's digits bring a number with more back into a column, and as many zeros are not written to find that out. */
const largestExponent = 400;

const [least, most] = [-(2n ** 63n), 2n ** 63n - 1n];

/** In quotes, which COPY reads as a number too: no reader between can round it. */
function asBigint(text: string): string | undefined {
  // Nineteen digits at most: longer ones are not made a number, however long they are.
  const [, sign = '', digits] = /^(-?)0*(\d{1,19})(?:\.0+)?$/.exec(withoutExponent(text) ?? '') ?? [];
  if (digits === undefined) return undefined;
  const value = BigInt(`${sign}${digits}`);
  return value >= least && value <= most ? `"${value}"` : undefined;
}

function asDecimal(text: string, precision: number, scale: number): string | undefined {
  const plain = withoutExponent(text);
  if (plain === undefined) return undefined;
  const [, sign = '', whole = '', fraction = ''] = /^(-?)0*(\d*)(?:\.(\d*))?$/.exec(plain) ?? [];
  const kept = fraction.replace(/0+$/, '');
  // More digits than the column has would be rounded: then rather nothing than another amount.
  if (whole.length > precision - scale || kept.length > scale) return undefined;
  return `"${sign}${whole === '' ? '0' : whole}${kept === '' ? '' : `.${kept}`}"`;
}

/** `undefined`: so large, or so small, that no column holds it. */
function withoutExponent(text: string): string | undefined {
  const [, sign = '', whole = '', fraction = '', exponent] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  if (exponent === undefined) return text;
  const shift = Number(exponent);
  const digits = whole + fraction;
  if (/^0+$/.test(digits)) return '0';
  if (Math.abs(shift) > largestExponent) return undefined;
  const point = whole.length + shift;
  if (point >= digits.length) return `${sign}${digits.padEnd(point, '0')}`;
  const padded = point <= 0 ? '0'.repeat(1 - point) + digits : digits;
  const at = Math.max(point, 1);
  return `${sign}${padded.slice(0, at)}.${padded.slice(at)}`;
}
