/**
 * Takes secrets out of SQL and of text near it: what stands after `password`, keys and tokens of COPY and UNLOAD,
 * hashes as Redshift takes them (`md5…`, `sha256|…`), access keys. Whether Redshift masks them itself is not documented.
 *
 * Linear in the text: no expression here can begin a match at one place in more than one way.
 */
export function withoutSecrets(text: string): string {
  if (!marks.test(text)) return text;
  return text
    .replace(named, (_, label: string, gap: string) => `${label}${gap.replace(/[\r\n]/g, ' ')}'***'`)
    .replace(/\bmd5[0-9a-f]{32}\b/gi, '***')
    .replace(/\bsha256\|[^\s'"]*/gi, '***')
    .replace(/\bSCRAM-SHA-256\$[^\s'"]*/gi, '***')
    .replace(/\b(?:AKIA|ASIA|AROA)[A-Z0-9]{12,}\b/g, '***')
    .replace(/\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, '***')
    .replace(/-----BEGIN [^-]{0,40}PRIVATE KEY-----[^]*/g, '***')
    .replace(/(:\/\/[^\s/:@'"]{1,200}:)[^\s/@'"]{1,200}@/g, '$1***@');
}

/** Each secret has one of these before it or in it: most texts have none, and need not be looked at eight times. */
const marks = /pass|pw|credentials|key|token|secret|identified|md5|sha256|scram|akia|asia|aroa|eyj|-----begin|:\/\//i;

const labels = [
  'password',
  'passwd',
  'passphrase',
  'pass',
  'pwd',
  'pw',
  'credentials',
  'access_key_id',
  'aws_access_key_id',
  'secret_access_key',
  'aws_secret_access_key',
  'master_symmetric_key',
  'session_token',
  'token',
  'secret',
  'identified\\s+by',
  'api_?key',
].join('|');
// Between label and value: blanks, `=`, `:`, `as`, comments. A literal that never ends reaches the end of the text: a log is cut.
const gap = String.raw`(?:\s|[=:(|+\p{Cf}]|\bas\b|\bto\b|\bis\b|\bencrypted\b|--[^\n]*\n|/\*(?:[^*]|\*(?!/))*\*/)*`;
const literal = String.raw`(?:(?:[ebnx]|u&)?'(?:[^'\\]|''|\\[^])*(?:'|$)(?:\s*'(?:[^'\\]|''|\\[^])*(?:'|$))*|"(?:[^"]|"")*(?:"|$)|\$([a-z_]\w*|)\$[^]*?(?:\$\3\$|$)|(?<=[=:]\s{0,4})[^\s'",;)]+)`;
const named = new RegExp(`((?:\\b|_|\\bpg)(?:${labels})"?)(${gap})${literal}`, 'giu');
