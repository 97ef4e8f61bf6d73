import { simpleParser, type ParsedMail } from 'mailparser';
import { createTransport } from 'nodemailer';
import { SMTPServer } from 'smtp-server';
import type { Mailer } from '../../../../functions/shared/notify/mailer';

/** A real SMTP server on this machine, which keeps what it receives. */
export async function startMailServer(): Promise<{ port: number; received: ParsedMail[]; close: () => Promise<void> }> {
  const received: ParsedMail[] = [];
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, _, done) {
      simpleParser(stream).then((mail) => {
        received.push(mail);
        done();
      }, done);
    },
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', () => ready()));
  const address = server.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { port, received, close: () => new Promise((done) => server.close(() => done())) };
}

/** Mail by SMTP. Here the Message-ID is ours. */
export function smtpMailer(port: number, from: string, to: readonly string[]): Mailer {
  const transport = createTransport({ host: '127.0.0.1', port, secure: false, ignoreTLS: true });
  return {
    async send({ subject, text, html, messageId, headers }) {
      await transport.sendMail({ from, to: [...to], subject, text, html, messageId, headers: { ...headers } });
    },
  };
}
