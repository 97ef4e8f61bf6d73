import { isUnauthorized, messageOf } from '../aws-errors';

/**
 * What IAM refuses a function, for its `NotPermitted`: which function may not do what, on what, and why. IAM takes minutes
 * to follow a deployment, so it is waited for first; what is still refused then is a role, a setting, or a policy of the
 * organization. `undefined`: it is no refusal of IAM's.
 *
 * Source: IAM user guide, "Troubleshoot access denied error messages" (the form of the message) and "Changes that I make
 * are not always immediately visible".
 */
export function notPermitted(error: unknown, functionName: string): string | undefined {
  return isUnauthorized(error) ? `${functionName} ${deniedText(messageOf(error))}` : undefined;
}

function deniedText(message: string): string {
  const action = /perform: ([\w-]+:\w+)/.exec(message)?.[1];
  if (action === undefined) return `is not allowed what it asks of AWS: ${said(message)}`;
  const resource = /on resource: (\S+?)[.,]?(?:\s|$)/.exec(message)?.[1];
  const why = /(?:because|with) (.*)$/s.exec(said(message))?.[1];
  return [
    `may not ${action}`,
    ...(resource === undefined ? [] : [` on ${resource}`]),
    ...(why === undefined ? [] : [`: ${why}`]),
  ].join('');
}

/** On one line, without the encoded part: a kilobyte that only the account itself can decode. */
function said(message: string): string {
  return message
    .replace(/\s*Encoded authorization failure message:.*$/s, '')
    .replace(/\s+/g, ' ')
    .trim();
}
