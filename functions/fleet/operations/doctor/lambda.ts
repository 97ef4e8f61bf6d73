import { forEachLimited } from '../../../shared/lists';
import type { DeployedResources, DeployedFunction, LambdaAccount } from '../../ports/deployed';
import { noProblem, notice, problem, type CheckResult } from './finding';

/** A function as the deployment makes it. */
export interface ExpectedFunction {
  /** `muster-claim-index` */
  readonly name: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly reserved?: number;
}

// Limits that no call of AWS returns (Lambda Developer Guide, "Lambda quotas"; the same in every region).
const longestSeconds = 900;
const mostMemoryMb = 10_240;
const mostStorageMb = 10_240;
const mostDescriptors = 1_024;

// The SDK opens at most 50 connections to a host; no function has clients of more than six services.
const connectionsAtMost = 50 * 6;

// An account begins with 10. A launch runs one function at a time, for some 0.1 s of each poll: a hundred at the same
// moment run a hundred functions in their first second.
const wishedConcurrency = 100;
const readsAtOnce = 5;
const again = 'deploy again: npx cdk deploy';

/** Lambda: its functions as they were deployed, and each of its limits beside what Muster uses of it. */
export async function checkLambda(
  deployed: DeployedResources,
  expected: readonly ExpectedFunction[],
): Promise<CheckResult[]> {
  const account = await deployed.account();
  const found = await forEachLimited(expected, readsAtOnce, async (one) => ({
    one,
    is: await deployed.function(one.name),
    reserved: one.reserved === undefined ? undefined : await deployed.reserved(one.name),
  }));
  const there = found.flatMap(({ is }) => is ?? []);
  return [
    ...found.flatMap(({ one, is, reserved }) => (is === undefined ? missing(one) : drift(one, is, reserved))),
    ...limits(there, account),
    concurrency(account, expected),
  ];
}

function missing({ name }: ExpectedFunction): CheckResult[] {
  return [problem('function-missing', `there is no function ${name}: what it does is not done`, again)];
}

function drift(one: ExpectedFunction, is: DeployedFunction, reserved: number | undefined): CheckResult[] {
  const differs = [
    ...(is.timeoutSeconds === one.timeoutSeconds
      ? []
      : [`its time-out is ${is.timeoutSeconds} s, and should be ${one.timeoutSeconds} s`]),
    ...(is.memoryMb >= one.memoryMb ? [] : [`it has ${is.memoryMb} MB, and should have ${one.memoryMb} MB`]),
    ...(is.state === 'Failed' ? ['Lambda says that it failed to be made'] : []),
  ];
  const isReserved = one.reserved === reserved;
  const why =
    reserved === 0
      ? 'it never runs'
      : 'its runs must not be two at once, and must not wait for other functions of the account';
  return [
    ...(differs.length === 0 ? [] : [problem('function-drifted', `${one.name}: ${differs.join('; ')}`, again)]),
    ...(isReserved
      ? []
      : [
          problem(
            'reserved-concurrency',
            `${one.name} has ${reserved ?? 'no'} reserved executions, and should have ${one.reserved ?? 'none'}: ${why}`,
            again,
          ),
        ]),
  ];
}

function limits(there: readonly DeployedFunction[], account: LambdaAccount): CheckResult[] {
  const inUse = (of: (one: DeployedFunction) => number) => Math.max(0, ...there.map(of));
  const [zipped, allZipped] = [inMb(account.zippedBytes), inMb(account.totalBytes)];
  const largest = inMb(inUse(({ codeBytes }) => codeBytes));
  return [
    limit('lambda-time', 'time', {
      used: inUse(({ timeoutSeconds }) => timeoutSeconds),
      allowed: longestSeconds,
      unit: 's',
    }),
    limit('lambda-memory', 'memory', { used: inUse(({ memoryMb }) => memoryMb), allowed: mostMemoryMb, unit: 'MB' }),
    limit('lambda-storage', '/tmp, where Muster writes nothing', {
      used: inUse(({ storageMb }) => storageMb),
      allowed: mostStorageMb,
      unit: 'MB',
    }),
    limit('lambda-descriptors', 'descriptors, for connections', { used: connectionsAtMost, allowed: mostDescriptors }),
    limit('lambda-package', 'package', { used: largest, allowed: zipped, unit: 'MB zipped' }),
    limit('lambda-package', 'all packages of the region', {
      used: inMb(account.usedBytes),
      allowed: allZipped,
      unit: 'MB',
    }),
  ];
}

type LimitCode = 'lambda-time' | 'lambda-memory' | 'lambda-storage' | 'lambda-descriptors' | 'lambda-package';

interface LimitUse {
  readonly used: number;
  readonly allowed: number;
  readonly unit?: string;
}

function limit(code: LimitCode, what: string, { used, allowed, unit }: LimitUse): CheckResult {
  const text = `${what}: at most ${used}${unit === undefined ? '' : ` ${unit}`} of ${allowed}`;
  if (used <= allowed * 0.8) return noProblem(code, text);
  const repair = 'ask for a higher quota (Service Quotas, Lambda), or remove what is not needed';
  return used >= allowed ? problem(code, text, repair) : notice(code, text, repair);
}

function inMb(bytes: number): number {
  return Math.round((bytes / 1024 / 1024) * 10) / 10;
}

function concurrency(
  { concurrency: all, unreserved }: LambdaAccount,
  expected: readonly ExpectedFunction[],
): CheckResult {
  const own = expected.reduce((sum, { reserved = 0 }) => sum + reserved, 0);
  const text = `concurrency: ${all} executions at once in this account and region, ${unreserved} of them for whichever function comes first; Muster reserves ${own}, and each launch that is under way runs one function at a time`;
  if (unreserved >= wishedConcurrency) return noProblem('lambda-concurrency', text);
  const repair = `ask for more (Service Quotas, Lambda, "Concurrent executions"): with fewer than ${wishedConcurrency}, launches at the same moment wait for one another and for other systems`;
  return notice('lambda-concurrency', text, repair);
}
