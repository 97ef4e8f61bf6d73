/**
 * Prices of us-east-1 in dollars, without any free tier, as AWS published them in autumn 2026.
 *
 * Sources: https://aws.amazon.com/step-functions/pricing/, https://aws.amazon.com/lambda/pricing/,
 * https://aws.amazon.com/dynamodb/pricing/on-demand/, https://aws.amazon.com/cloudwatch/pricing/.
 */
export const prices = {
  /** Standard workflows: each state entered, and each retry. */
  stateTransition: 0.025 / 1_000,
  lambdaRequest: 0.2 / 1_000_000,
  /** arm64, first tier. */
  lambdaGbSecond: 0.0000133334,
  /** On demand: a strongly consistent read of up to 4 KB. */
  dynamoDbRead: 0.125 / 1_000_000,
  /** On demand: a write of up to 1 KB; in a transaction it takes two of them. */
  dynamoDbWrite: 0.625 / 1_000_000,
  /** Ingestion, standard class, first tier; the logs of Lambda and of Step Functions alike. */
  logsGb: 0.5,
} as const;

/** What launches used up. Means of launches are fractions. */
export interface Usage {
  /** States entered, retries, redrives. */
  readonly transitions: number;
  readonly invocations: number;
  readonly gbSeconds: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  /** What the functions write, and what Lambda adds. */
  readonly functionLogBytes: number;
  /** The history of the execution, which the state machine logs in full. */
  readonly historyLogBytes: number;
}

/** Nothing used up yet. */
export const noUsage: Usage = {
  transitions: 0,
  invocations: 0,
  gbSeconds: 0,
  readUnits: 0,
  writeUnits: 0,
  functionLogBytes: 0,
  historyLogBytes: 0,
};

/** What the parts of a usage cost, in dollars. */
export interface Cost {
  readonly stepFunctions: number;
  readonly lambda: number;
  readonly dynamoDb: number;
  readonly logs: number;
  readonly total: number;
}

export function costOf(usage: Usage): Cost {
  const stepFunctions = usage.transitions * prices.stateTransition;
  const lambda = usage.invocations * prices.lambdaRequest + usage.gbSeconds * prices.lambdaGbSecond;
  const dynamoDb = usage.readUnits * prices.dynamoDbRead + usage.writeUnits * prices.dynamoDbWrite;
  // CloudWatch counts GB of 2^30 bytes.
  const logs = ((usage.functionLogBytes + usage.historyLogBytes) / 2 ** 30) * prices.logsGb;
  return { stepFunctions, lambda, dynamoDb, logs, total: stepFunctions + lambda + dynamoDb + logs };
}
