import { randomBytes } from 'node:crypto';
import type { Lab } from '../systems/fleet/lab';
import { serveCalls } from './calls';
import { Controls } from './controls';
import { moveIn } from './home';
import { placeOf, portsOf } from './ports';

/** A lab that others reach while it continues. */
export interface Stay {
  readonly url: string;
  readonly controls: Controls;
  /** Lets time pass until `signal` is aborted. */
  run(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

const tickMs = 50;

/**
 * Opens a lab to `muster --lab`, on loopback and to this user alone.
 *
 * @param speed seconds of lab time for each second of wall time.
 */
export async function openLab(lab: Lab, speed: number): Promise<Stay> {
  const controls = new Controls(lab, speed);
  const place = { place: async () => placeOf(lab), now: async () => lab.clock.now() };
  const token = randomBytes(32).toString('base64url');
  const served = await serveCalls({ ...portsOf(lab), controls, place }, token);
  const moveOut = moveIn({ url: served.url, token });
  return {
    url: served.url,
    controls,
    run: (signal) => goOn(lab, speed, signal),
    close: async () => {
      moveOut();
      await served.close();
    },
  };
}

/** In small steps, between which calls come in: a clock that waits for its next timer would let them in the past. */
async function goOn(lab: Lab, speed: number, signal: AbortSignal): Promise<void> {
  let before = performance.now();
  while (!signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve, tickMs));
    const now = performance.now();
    // A machine that slept does not make up for it.
    await lab.clock.advance(Math.min(now - before, 1_000) * speed);
    before = now;
  }
}
