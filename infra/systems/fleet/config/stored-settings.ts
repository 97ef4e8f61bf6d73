/** What Parameter Store takes in one parameter, in bytes. The advanced tier costs $0.05 a month. */
export const largestStored = { standard: 4096, advanced: 8192 } as const;

/** As long as the ARN of a target group gets: of one that the stack creates, only this is known before it is deployed. */
export const longestTargetGroup = `arn:aws-us-gov:elasticloadbalancing:ap-southeast-99:123456789012:targetgroup/${'x'.repeat(32)}/${'0'.repeat(16)}`;
const unresolved = /\$\{Token\[[^\]]*\]\}/g;

/** The size of settings as their parameter holds them: as JSON in UTF-8, with their defaults filled in. */
export function storedBytes(settings: object): number {
  return bytes(JSON.stringify(settings).replace(unresolved, longestTargetGroup));
}

/** Their largest parts, for who has to make them smaller: `tags 6210, jenkins 1804`. */
export function largestParts(settings: object): string {
  return Object.entries(settings)
    .map(([name, value]) => [name, bytes(JSON.stringify(value) as string | undefined)] as const)
    .sort(([, one], [, other]) => other - one)
    .slice(0, 3)
    .map(([name, size]) => `${name} ${size}`)
    .join(', ');
}

function bytes(text = ''): number {
  return Buffer.byteLength(text, 'utf8');
}
