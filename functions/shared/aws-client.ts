import { parseEnvironment } from './environment';

/**
 * How long an AWS call may take, and how often it is tried.
 *
 * The state machine is the one that waits: it retries a `Throttled` or `AwsUnavailable` step with full jitter, after
 * 2 s growing to 30 s, for the price of one transition. So a Lambda tries twice, for a lost packet or a connection
 * that died while the function slept, and then reports the error.
 *
 * Why not the SDK's three attempts or more: the limits that bite are shared by the whole account and refill slowly
 * (requests a second: Route 53 10 or 5; ELB 10 for all its actions, 4 for registering; EC2 10 for CreateTags, 20 for
 * DescribeInstances). When a hundred launches are throttled at once, the SDK lets each retry within 1 s, and AWS answers
 * 4 to 20 of the hundred; every further attempt takes an answer from another function. With two attempts, throttling at
 * most doubles the load. The quota of the SDK's standard mode (500 a process, 5 an attempt) does not limit a hundred
 * functions together.
 */
export interface Budget {
  readonly attempts: number;
  /** Until there is a connection. Without a way out of a VPC there never is one. */
  readonly connectionMs: number;
  /** Until the answer has begun, connecting included. */
  readonly answerMs: number;
  /** Between two parts of an answer. */
  readonly silenceMs: number;
}

/**
 * At worst 2 × 5 s and a pause of at most 1 s for a call that gets no answer, 2 × 10 s and 1 s for one whose answer
 * begins and never ends: either ends the step, and within the 30 s that its function has. The slowest of these APIs'
 * answers, those to transactions and to changes of a zone, commonly take less than a second.
 */
export const lambdaBudget: Budget = { attempts: 2, connectionMs: 2_000, answerMs: 5_000, silenceMs: 5_000 };

/**
 * For a client whose calls are not idempotent: when an answer is lost, the SDK must not repeat the call by itself. The
 * caller then knows that its next call may be a repetition.
 */
export const oneAttempt = { maxAttempts: 1 } as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** The configuration of every AWS client: `new EC2Client(awsClient(process.env))`. */
export function awsClient(env: Environment, budget: Budget = lambdaBudget) {
  return {
    credentials: credentialsIn(env),
    // Not `adaptive`: its rate limit is one of this process, and would make a Lambda sleep.
    retryMode: 'standard',
    maxAttempts: budget.attempts,
    // The SDK keeps connections alive, up to 50 to a host: as many as a group may have target groups.
    requestHandler: {
      connectionTimeout: budget.connectionMs,
      requestTimeout: budget.answerMs,
      // Without it the SDK only writes a warning and continues waiting.
      throwOnRequestTimeout: true,
      socketTimeout: budget.silenceMs,
    },
  };
}

/**
 * The credentials of the function's role: Lambda puts them into the environment, and ends an environment before
 * its credentials end. This is also where the SDK's default chain of providers finds them, which is 124 KB and tries SSO, INI
 * files and instance metadata when they are missing.
 */
function credentialsIn(env: Environment) {
  return async () => {
    const found = parseEnvironment(env, ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']);
    const { AWS_SESSION_TOKEN: sessionToken } = env;
    return {
      accessKeyId: found.AWS_ACCESS_KEY_ID,
      secretAccessKey: found.AWS_SECRET_ACCESS_KEY,
      ...(sessionToken !== undefined && { sessionToken }),
    };
  };
}
