/** Where the time comes from. Every function that needs it takes one of these. */
export interface Clock {
  now(): Date;
}

/** The clock of the machine that the code runs on. */
export const systemClock: Clock = { now: () => new Date() };
