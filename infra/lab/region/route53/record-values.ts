import { isIPv4, isIPv6 } from 'node:net';

/** What is wrong with a value of a record of this type, in Route 53's words; `undefined`: nothing. */
export function valueProblem(type: string, value: string): string | undefined {
  const problem = problemOf(type, value);
  return problem === undefined ? undefined : `FATAL problem: ${problem} encountered with '${value}'`;
}

function problemOf(type: string, value: string): string | undefined {
  switch (type) {
    case 'A':
      return addressProblem(value, isIPv4(value), 'ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)');
    case 'AAAA':
      return addressProblem(value, isIPv6(value), 'AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address)');
    case 'TXT':
      return textProblem(value);
    default:
      return /\s/.test(value.trim()) && ['CNAME', 'PTR', 'NS'].includes(type)
        ? 'RRDATANotSingleField (Value contains spaces)'
        : undefined;
  }
}

function addressProblem(value: string, isValid: boolean, problem: string): string | undefined {
  if (/\s/.test(value)) return 'ARRDATANotSingleField (Value contains spaces)';
  return isValid ? undefined : problem;
}

/** One or more strings in quotation marks, each of at most 255 characters. */
function textProblem(value: string): string | undefined {
  if (!/^"(?:[^"\\]|\\.)*"(?:\s+"(?:[^"\\]|\\.)*")*$/.test(value)) {
    return 'InvalidCharacterString (Value should be enclosed in quotation marks)';
  }
  const strings = value.match(/"(?:[^"\\]|\\.)*"/g) ?? [];
  const long = strings.some((text) => text.slice(1, -1).replace(/\\[0-7]{3}|\\./g, '?').length > 255);
  return long ? 'CharacterStringTooLong (Value is too long)' : undefined;
}
