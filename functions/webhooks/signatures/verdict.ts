/** Why a request is not taken for its sender's; a dimension of a metric, and never shown to the sender. */
export type RefusalReason =
  | 'signature-missing'
  | 'signature-malformed'
  | 'signature-wrong'
  | 'signatures-too-many'
  | 'id-missing'
  | 'id-malformed'
  | 'timestamp-missing'
  | 'timestamp-malformed'
  | 'timestamp-stale'
  | 'timestamp-future';

/** `id`: the one that was signed with the body. */
export type SignatureVerdict =
  { readonly action: 'accept'; readonly id?: string } | { readonly action: 'refuse'; readonly reason: RefusalReason };

export const refuse = (reason: RefusalReason): SignatureVerdict => ({ action: 'refuse', reason });

/** What there is of a request. Header names in lower case; the body as it came, byte for byte. */
export interface SignedRequest {
  readonly header: (name: string) => string | undefined;
  readonly body: Uint8Array;
  readonly nowMs: number;
}

/** A header with more signatures is refused: each costs a comparison for each secret. */
export const mostSignatures = 16;

/**
 * Seconds since 1970 as a sender writes them: decimal digits and nothing else. Both ways, because clocks differ in
 * both.
 */
export function checkTimestamp(
  text: string | undefined,
  toleranceSeconds: number,
  nowMs: number,
): RefusalReason | undefined {
  if (text === undefined || text === '') return 'timestamp-missing';
  if (!/^\d{1,12}$/.test(text)) return 'timestamp-malformed';
  const seconds = Number(text);
  const now = Math.floor(nowMs / 1000);
  if (now - seconds > toleranceSeconds) return 'timestamp-stale';
  if (seconds - now > toleranceSeconds) return 'timestamp-future';
  return undefined;
}
