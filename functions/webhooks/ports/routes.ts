import type { Route } from '../contracts/routes';

/** A route whose entry cannot be used. The others are served all the same: they are other senders'. */
export interface RouteFault {
  /** The name of its entry, which is the route's. */
  readonly name: string;
  /** Where it is, as far as its entry says that. */
  readonly path?: string;
  /** All mistakes: where, of which kind what stands there is, what is allowed. No value: it may be a secret. */
  readonly why: string;
  /** It is among the routes as it was before; otherwise it is not served, and senders have to try again. */
  readonly servedAsBefore: boolean;
}

export interface RouteRegistry {
  readonly routes: readonly Route[];
  readonly faults: readonly RouteFault[];
}

/** Where the registry of routes is kept. */
export interface RouteSource {
  /** As it was within the last five minutes. */
  read(): Promise<RouteRegistry>;
  /** As it is now. */
  readAgain(): Promise<RouteRegistry>;
}
