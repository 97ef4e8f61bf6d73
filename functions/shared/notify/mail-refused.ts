import { isUnauthorized } from '../aws-errors';

const mailRefusals = new Set([
  'MessageRejected', // an address that is not verified, in the sandbox too
  'BadRequestException', // an address that is none: one of them refuses the mail for all
  'MailFromDomainNotVerifiedException',
  'AccountSuspendedException',
  'SendingPausedException',
  'NotFoundException', // the identity, or a configuration set
]);

/**
 * SES takes no mail of this sender before a person has changed something.
 *
 * @see https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html#API_SendEmail_Errors
 */
export function isMailRefused(error: unknown): boolean {
  return (error instanceof Error && mailRefusals.has(error.name)) || isUnauthorized(error);
}
