const hidden = "'***'";

const set = (text: string) => new Set(text.split(' '));
const ofUser = set(
  'with createdb nocreatedb createuser nocreateuser syslog access restricted unrestricted password disable in group ' +
    'valid until infinity connection limit unlimited session timeout reset external id set rename to encrypted',
);
const ofUnload = set(
  'unload to iam_role default credentials access_key_id secret_access_key session_token master_symmetric_key kms_key_id ' +
    'format as parquet json csv partition by include manifest verbose header delimiter fixedwidth encrypted auto bzip2 ' +
    'gzip zstd addquotes null escape allowoverwrite cleanpath parallel on off true false maxfilesize mb gb rowgroupsize ' +
    'region extension',
);
/** What may stand behind a word that says that a secret follows. */
const behind = set('to public from on in for with grant option as is set table schema database all role group user');

/**
 * A word that says that a secret follows, also where it is misspelled or part of a name. Names that end in `key` are
 * columns in every warehouse: only those of keys to something are meant.
 */
const secretive =
  /pas+w|passp|passcode|secret|token|credential|identified|kennwort|(?:access|api|symmetric|private|encryption)_?key|(?<![a-z])(?:pass|pas|pswd|psw|pwd|pw|pwrd|pin)(?![a-z])|(?<![a-z_])key(?![a-z_])/i;
/** Such a word with something behind it that can be the secret itself. */
const plain = /^"?[a-z_.]+"?$/i;

const user = /^(?:create|alter)\s+user(?:\s*"(?:[^"]|"")*"|\s+[^\s"';]+)/i;
const token = /'[^']*'|"(?:[^"]|"")*"|[^\s,;'"()=]+/g;

/**
 * A statement without what can be a secret written with no quotes, as people do who mistype one: behind a word such as
 * `password` each word that is none of SQL. Of CREATE USER, ALTER USER and UNLOAD every such word, wherever it stands.
 * Linear in the statement.
 *
 * @param statement without its literals.
 */
export function withoutSecretWords(statement: string): string {
  const head = user.exec(statement)?.[0] ?? '';
  const words = head !== '' ? ofUser : /^unload\b/i.test(statement) ? ofUnload : undefined;
  let isBehind = false;
  let [first, second] = ['', ''];
  const isShown = (text: string): boolean => {
    const word = text.toLowerCase();
    const wasBehind = isBehind;
    isBehind ||= secretive.test(text);
    // The name of a group, or the new one of a user.
    const isName = head !== '' && /^(?:in group|rename to)$/.test(`${first} ${second}`);
    [first, second] = [second, word];
    if (isName && !isBehind) return true;
    if (words !== undefined) return words.has(word) || (/^['"]/.test(text) && !isBehind);
    if (wasBehind) return behind.has(word);
    return !isBehind || plain.test(text);
  };
  return head + statement.slice(head.length).replace(token, (text) => (isShown(text) ? text : hidden));
}
