/** Where secrets are kept. A value never stands in an error. */
export interface SecretSource {
  /** All secrets that count now, by the name that the route gives. Throws where it cannot tell. */
  read(name: string): Promise<readonly string[]>;
}
