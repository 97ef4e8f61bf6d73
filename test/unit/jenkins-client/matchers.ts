/** Jest's asymmetric matchers are `any`; these are the same ones, typed. */
export const containing = (text: string): unknown => expect.stringContaining(text);
export const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);
