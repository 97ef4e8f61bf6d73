// What must never leave: Redshift masks some of it, and nowhere says that it masks all.
const secrets: readonly (readonly [RegExp, string])[] = [
  [/(\bpassword\s+)(?:disable\b|'(?:[^']|''){0,500}'?|"[^"]{0,500}"?)/gi, "$1'***'"],
  [
    /(\b(?:credentials|secret_access_key|access_key_id|session_token|master_symmetric_key|token)\b\s*(?:as\s+|=\s*)?)'(?:[^']|''){0,4000}'?/gi,
    "$1'***'",
  ],
  [/(aws_(?:access_key_id|secret_access_key|session_token)|token)=[^;'"\s]{1,2000}/gi, '$1=***'],
  [/\bmd5[0-9a-f]{32}\b/gi, 'md5***'],
  [/\bsha256\|[^\s'"]{1,500}/gi, 'sha256|***'],
  [/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g, '***'],
];

/** A statement, or any other text of a log, without passwords, hashes and keys. */
export function redacted(text: string): string {
  return secrets.reduce((without, [pattern, instead]) => without.replace(pattern, instead), text);
}

// Cursor movements, colours, and marks that turn the direction of text: none of it is something to read.
const invisible = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/**
 * Text out of a log as it may be shown to people: on one line, without what steers a terminal or a mail program, without
 * secrets, and not endless. Login names are written by attackers, before they are authenticated.
 */
export function shown(text: string, most = 500): string {
  const line = redacted(text).replace(/\s+/g, ' ').replace(invisible, '\ufffd').trim();
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`;
}
