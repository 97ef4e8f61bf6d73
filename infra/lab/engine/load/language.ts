import type { Reader } from './reader';

/** The query language of a state or a branch, where it says one. */
export function checkInnerLanguage(reader: Reader): void {
  const language = reader.string('QueryLanguage');
  if (language === undefined || language === 'JSONata') return;
  reader.problem('QueryLanguage', `must be 'JSONata', got '${language}': this engine runs JSONata only`);
}
