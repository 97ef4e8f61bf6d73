import type { World } from './world';

/** What every command about the fleet takes. */
export interface FleetOptions {
  readonly lab?: boolean;
  readonly profile?: string;
  readonly region?: string;
  readonly stack: string;
  readonly json?: boolean;
}

/** Opens the world that is asked for. */
export type OpenWorld = (
  options: FleetOptions,
  io: { readonly env: Readonly<Record<string, string | undefined>> },
) => Promise<World>;
