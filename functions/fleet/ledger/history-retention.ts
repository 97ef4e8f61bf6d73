/** How long the history of the ledger is kept, in days, unless the deployment sets another number. */
export const defaultHistoryDays = 400;

/** How long an observation is kept, in days, by default. It is useful for seconds only; a day allows for any clock. */
export const observationDays = 1;
