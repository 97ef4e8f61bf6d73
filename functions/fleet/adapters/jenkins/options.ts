import type { Clock } from '../../../shared/runtime';
import type { CredentialsSource } from './transport/credentials';
import type { Transport } from './transport/http';

export interface JenkinsOptions {
  /** Where Jenkins is, with its context path if it has one: `https://ci.example.com/jenkins`. */
  readonly url: string;
  /** A user and its API token; or what gives them, asked again (`true`) once a call after they were not accepted. */
  readonly credentials: CredentialsSource;
  readonly clock?: Clock;
  /** The certificate (PEM) of a private CA, trusted besides the public ones. */
  readonly ca?: string;
  /** How long one HTTP request may take altogether (10 s). One `advance` makes up to ten, mostly two to five. */
  readonly requestTimeoutMs?: number;
  /** How far apart the two look-ups must be that have to agree that a request is not there (5 s). */
  readonly lookUpAgainAfterMs?: number;
  /**
   * How long after its time-out a POST may still be on its way, and is not sent again (5 s). One that has not been sent
   * so long after it was noted is not sent at all.
   */
  readonly postMarginMs?: number;
  /** How long a request that Jenkins knows may be answered with 401, 403, 404 or 500, as in a restart (10 min). */
  readonly refusalLimitMs?: number;
  /** How much of the log of a build without success is kept at most (8 KiB, 10 lines); of 0 lines none is read. */
  readonly logBytes?: number;
  readonly logLines?: number;
  /** What carries the requests, in place of HTTP over the network. */
  readonly transport?: Transport;
}
