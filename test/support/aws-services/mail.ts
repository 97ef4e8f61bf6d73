import { json, type Answer, type Call, type Service } from './server';

/** A mail as SES v2 is asked to send it. */
export interface SentMail {
  readonly FromEmailAddress: string;
  readonly Destination: { readonly ToAddresses: readonly string[] };
  readonly Content: {
    readonly Simple: {
      readonly Subject: { readonly Data: string };
      readonly Body: { readonly Text: { readonly Data: string } };
    };
  };
}

/** SES v2, REST with JSON. */
export class SesService implements Service {
  readonly mails: SentMail[] = [];

  operationOf({ path }: Pick<Call, 'path'>) {
    return path === '/v2/email/outbound-emails' ? 'SendEmail' : undefined;
  }

  answer({ body }: Call): Answer {
    this.mails.push(JSON.parse(body.toString()) as SentMail);
    return json({ MessageId: String(this.mails.length) });
  }
}

/** SNS, a form answered by XML. */
export class SnsService implements Service {
  readonly published: URLSearchParams[] = [];

  operationOf({ method, path, headers }: Pick<Call, 'method' | 'path' | 'headers'>) {
    return method === 'POST' && path === '/' && headers['x-amz-target'] === undefined ? 'Publish' : undefined;
  }

  answer({ body }: Call): Answer {
    this.published.push(new URLSearchParams(body.toString()));
    const result = '<PublishResult><MessageId>1</MessageId></PublishResult>';
    return {
      status: 200,
      headers: { 'content-type': 'text/xml' },
      body: `<PublishResponse>${result}</PublishResponse>`,
    };
  }
}

/** An error as SES tells it. */
export const sesError = (type: string, status: number): Answer => ({
  status,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': type },
  body: JSON.stringify({ message: `${type}!` }),
});

/** An error as SNS tells it. */
export const snsError = (code: string, status: number): Answer => ({
  status,
  headers: { 'content-type': 'text/xml' },
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${code}!</Message></Error></ErrorResponse>`,
});
