/**
 * What one call of a step's function takes, in milliseconds, billed and in virtual time: an assumption. A step makes
 * one to four calls of AWS, each 10 to 30 ms, on a warm function of 512 MB; cold starts are not in it.
 */
export const invocationMs = 100;
