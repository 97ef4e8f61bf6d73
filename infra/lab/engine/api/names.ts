import { apiError } from '../errors';

const MAX_NAME = 80;
/** Whitespace, brackets, wildcards, special characters and control characters. */
// eslint-disable-next-line no-control-regex -- control characters are what the pattern is for
const FORBIDDEN = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]/u;

/** Checks the name of a state machine or an execution. Throws InvalidName. */
export function checkName(name: string): string {
  if (name.length < 1 || name.length > MAX_NAME) {
    throw apiError('InvalidName', `a name has 1 to ${MAX_NAME} characters, got ${name.length}: '${name}'`);
  }
  const found = FORBIDDEN.exec(name);
  if (found !== null) throw apiError('InvalidName', `a name must not contain '${found[0]}', got '${name}'`);
  return name;
}
