import { apiError } from '../errors';

const maxNameLength = 80;
/** Whitespace, brackets, wildcards, special characters and control characters. */
// eslint-disable-next-line no-control-regex -- control characters are what the pattern is for
const forbiddenCharacters = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]/u;

/** Checks the name of a state machine or an execution. Throws InvalidName. */
export function checkName(name: string): string {
  if (name.length < 1 || name.length > maxNameLength) {
    throw apiError('InvalidName', `a name has 1 to ${maxNameLength} characters, got ${name.length}: '${name}'`);
  }
  const found = forbiddenCharacters.exec(name);
  if (found !== null) throw apiError('InvalidName', `a name must not contain '${found[0]}', got '${name}'`);
  return name;
}
