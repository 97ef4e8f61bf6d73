/** What cannot be measured without AWS. Everything else in the cost of a launch is counted. */

/**
 * What one invocation of a function takes, in milliseconds: billed, and also passing in the benches' virtual time. A
 * step makes one to four calls of AWS, each 10 to 30 ms, on a warm function; cold starts are not in it.
 */
export const invocationMs = 100;

/** What Lambda writes of each invocation by itself: its START, END and REPORT lines, with X-Ray's. */
export const platformLogBytes = 400;

/**
 * What stands around the details of each history event in the state machine's log: its id, type, time and the ARN of
 * the execution once more.
 */
export const historyEventBytes = 300;
