import fc from 'fast-check';
import { renderMail, type Letter } from '../../../../functions/shared/notify/letter';
import { withoutSecrets } from '../../../../functions/shared/notify/redact';
import { safeText, subjectText } from '../../../../functions/shared/notify/safe-text';

describe('safe text', () => {
  test.each([
    ['eve\r\nBcc: x@example.com', 'eve\\u{d}\\nBcc: x@example.com'],
    ['a\u202egpj.exe', 'a\\u{202e}gpj.exe'],
    ['a\u200bb\u2028c\u0000d\u00a0e', 'a\\u{200b}b\\u{2028}c\\u{0}d\\u{a0}e'],
    ['\u001b[31mred', '\\u{1b}[31mred'],
    ['https://evil.example/x', 'https[:]//evil.example/x'],
    ['Zoë 山田', 'Zoë 山田'],
  ])('%j stands there as %j', (given, shown) => {
    expect(safeText(given)).toBe(shown);
  });

  test('with any content it is one visible line of bounded length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 900 }), (text) => {
        const shown = safeText(text);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
        expect(shown.length).toBeLessThan(340);
        expect(subjectText(text)).toMatch(/^[\x20-\x7e]{0,150}$/);
      }),
    );
  });
});

describe('secrets', () => {
  test.each([
    ["create user a password 'Secr3tPw'", 'Secr3tPw'],
    ["ALTER USER a PASSWORD\n'Secr3tPw' valid until 'infinity'", 'Secr3tPw'],
    ["alter user a password/* x */'it''s Secr3tPw'", 'Secr3tPw'],
    ["alter user a password e'x\\'Secr3tPw'", 'Secr3tPw'],
    ['alter user a password $$Secr3tPw$$', 'Secr3tPw'],
    ["alter user a password 'Secr3tPw", 'Secr3tPw'],
    [
      "copy t from 's3://b/k' credentials 'aws_access_key_id=AKIAIOSFODNN7EXAMPLE;aws_secret_access_key=Secr3tPw'",
      'Secr3tPw',
    ],
    ["copy t access_key_id 'x' secret_access_key 'Secr3tPw'", 'Secr3tPw'],
    ["copy t session_token as 'Secr3tPw'", 'Secr3tPw'],
    ["copy t master_symmetric_key as 'Secr3tPw'", 'Secr3tPw'],
    ['jdbc password=Secr3tPw&x=1', 'Secr3tPw'],
    ['create user a with encrypted password "Secr3tPw"', 'Secr3tPw'],
    ["password 'md5aabbccddeeff00112233445566778899'", 'aabbccddeeff'],
    ['sha256|c7d7e2c51ed8|salt', 'c7d7e2c51ed8'],
    ['key AKIAIOSFODNN7EXAMPLE', 'IOSFODNN7'],
    ['postgres://joe:Secr3tPw@host/db', 'Secr3tPw'],
  ])('%j is shown without', (sql, secret) => {
    expect(withoutSecrets(sql)).not.toContain(secret);
  });

  test.each(['drop user testuser3', "select 'a' from t", 'alter user a password disable'])('%j is left', (sql) => {
    expect(withoutSecrets(sql)).toBe(sql);
  });

  test('a long text without an end takes no time that grows faster than it', () => {
    const took = (length: number) => {
      const text = `password ${'/*'.repeat(length)} password ${"e'".repeat(length)} ${'password '.repeat(length)}`;
      const from = process.hrtime.bigint();
      safeText(text);
      return Number(process.hrtime.bigint() - from);
    };
    took(1000);
    // Not a limit of time: quadratic work would be a factor of 400.
    expect(took(40_000) / (took(2000) + 1e6)).toBeLessThan(100);
  });
});

const letter: Letter = {
  id: 'audit-7-0a1b2c3d',
  system: 'audit',
  subject: 'HIGH <b>eve</b>\r\nBcc: all@example.com',
  intro: 'An incident.',
  sections: [{ title: '<img src=x onerror=1>', severity: 'high', facts: [['user', '"><script>']], next: 'look' }],
};

describe('a letter', () => {
  test('is written out without a way for markup or headers', () => {
    const mail = renderMail(letter);
    expect(mail.html).not.toMatch(/<script|<img|<b>/);
    expect(mail.subject).not.toMatch(/[\r\n]/);
    expect(mail.subject).toMatch(/\[audit-7-0a1b2c3d\]$/);
    expect(mail.messageId).toBe('<audit-7-0a1b2c3d@audit.muster.invalid>');
  });

  test('keeps its id however long the subject is, and says when it may be a repetition', () => {
    const mail = renderMail({ ...letter, subject: 'x'.repeat(500) }, { repeated: true });
    expect(mail.subject.length).toBeLessThanOrEqual(150);
    expect(mail.subject).toMatch(/\[audit-7-0a1b2c3d\]$/);
    expect(mail.text).toMatch(/may be a repetition/);
    expect(renderMail(letter).text).not.toMatch(/may be a repetition/);
  });

  test('says when it was written, if that is long ago', () => {
    const writtenAt = Date.UTC(2026, 10, 26, 8);
    const { text, html } = renderMail(letter, { writtenAt });
    const late = 'It was written at 2026-11-26 08:00:00 UTC, and could not be sent before.';
    expect(text).toContain(`An incident.\n${late}\n`);
    expect(html).toContain(late);
    expect(renderMail(letter, { writtenAt, repeated: true }).text).not.toContain('could not be sent');
    expect(renderMail(letter).text).not.toContain('was written at');
  });
});

test('lines of the text are at most 78 columns, words are whole, and only our own lines begin at the margin', () => {
  const words = fc.array(fc.string({ unit: fc.constantFrom('a', 'B', ':', '|'), minLength: 1, maxLength: 90 }), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(words, words, (title, value) => {
      const section = { title: `T ${title.join(' ')}`, facts: [['line', value.join(' ')] as const], next: 'Look.' };
      const { text } = renderMail({
        id: 'audit-1',
        system: 'audit',
        subject: 's',
        intro: 'Intro.',
        sections: [section],
      });
      for (const line of text.split('\n')) if (line.length > 78) expect(line.trimStart()).not.toContain(' ');
      expect(text.split('\n').filter((line) => /^\S/.test(line))).toEqual([
        'Intro.',
        expect.stringMatching(/^T/),
        'Id: audit-1',
      ]);
      const plain = (given: string) => given.replace(/\s+/g, ' ').trim();
      expect(plain(text)).toContain(plain(`line: ${safeText(value.join(' '))} Next: Look.`));
    }),
  );
});
