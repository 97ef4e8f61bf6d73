import type { Route } from '../contracts/routes';

/** The registry. */
export interface RouteSource {
  /** As it was within the last five minutes. */
  read(): Promise<readonly Route[]>;
  /** As it is now. */
  readAgain(): Promise<readonly Route[]>;
}
