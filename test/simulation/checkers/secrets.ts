import type { Checker } from './checker';

const token = 'lab-token';
const base64 = (text: string) => Buffer.from(text).toString('base64').replace(/=+$/, '');
const forms = [token, base64(token), base64(`muster:${token}`)];

export const secrets: Checker = {
  name: 'no-secret',
  holds: 'no secret is in any log line, event, history, message or record',
  watch:
    ({ world }, violate) =>
    (seen) => {
      const text = textOf();
      if (text === undefined) return;
      const secret = forms.find((form) => text.includes(form));
      if (secret !== undefined) violate(`a form of the Jenkins token is in a ${seen.kind}: ${text.slice(0, 200)}`);

      function textOf(): string | undefined {
        switch (seen.kind) {
          case 'log':
          case 'event':
          case 'history':
            return world.journal.newest;
          case 'call':
            return /^(sns|ledger)\./.test(seen.name) ? JSON.stringify(seen.input) : undefined;
          default:
            return undefined;
        }
      }
    },
};
