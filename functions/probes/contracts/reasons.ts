/**
 * Why a check of a target failed: a closed list, which mails, the page and `--json` share.
 *
 * `vote`: whether the reason says anything about the target. Muster's own trouble never counts against a target.
 */
export const reasons = {
  dns_nxdomain: { means: 'the name does not exist', vote: true },
  dns_servfail: { means: 'the name servers failed', vote: true },
  dns_timeout: { means: 'the name servers did not answer', vote: true },
  conn_refused: { means: 'the connection was refused', vote: true },
  conn_timeout: { means: 'no connection was established', vote: true },
  conn_reset: { means: 'the connection was cut', vote: true },
  tls_expired: { means: 'the certificate has expired, or is not valid yet', vote: true },
  tls_hostname: { means: 'the certificate is for another name', vote: true },
  tls_untrusted: { means: 'the certificate is not signed by a trusted authority', vote: true },
  tls_handshake: { means: 'no TLS connection was established', vote: true },
  http_status: { means: 'the status is not an expected one', vote: true },
  http_protocol: { means: 'the answer is not valid HTTP', vote: true },
  body_mismatch: { means: 'the answer is not as expected', vote: true },
  body_too_large: { means: 'the answer is larger than the limit', vote: true },
  redirect_loop: { means: 'too many redirects, or a redirect loop', vote: true },
  first_byte_timeout: { means: 'the answer did not begin in time', vote: true },
  total_timeout: { means: 'the answer did not end in time', vote: true },
  probe_overload: { means: 'the probe itself was too busy to decide', vote: false },
  config_error: { means: 'the target cannot be checked as it is configured', vote: false },
} as const;

export type Reason = keyof typeof reasons;

export const reasonCodes = Object.keys(reasons) as [Reason, ...Reason[]];

/** Whether a reason counts against the target. */
export function isVote(reason: Reason): boolean {
  return reasons[reason].vote;
}
