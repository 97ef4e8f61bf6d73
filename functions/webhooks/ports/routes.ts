import type { Route } from '../contracts/routes';

/** The registry. */
export interface RouteSource {
  read(): Promise<readonly Route[]>;
}
