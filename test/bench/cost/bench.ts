import { asQuickAs, measureVariant, measureVariants, type Variant } from './variants';
import { verdictOf, type Check, type Measurement } from '../measured';
import { rounded } from '../statistics';
import { historyEventBytes, invocationMs, platformLogBytes } from '../assumptions';
import { costOf, prices } from './prices';

/** README, "How fast", in dollars. */
const limit = 0.003;
/** README, "How fast": of the loops that are as quick. */
const share = 0.5;

/** What a launch uses up, and what that costs: Muster, and the loops that it is held against. */
export async function measureCost(): Promise<Measurement> {
  const [ours, ...loops] = (await measureVariants()) as [Variant, ...Variant[]];
  const crowd = await measureVariant(undefined, { launches: 100, worlds: 1 });
  const equal = asQuickAs(ours, loops);
  const usual = loops.find(({ pollSeconds }) => pollSeconds === 30);
  const checks: [name: string, variant: Variant | undefined, checks: Check[]][] = [
    ['Muster', ours, [dollars('one launch', ours), ...(equal === undefined ? [] : [half(ours, equal)])]],
    ['Muster, 100 at once', crowd, [dollars('one of 100 launches', crowd)]],
    ['loops of 30 s', usual, []],
    [`as quick as Muster: ${equal?.name ?? 'none'}`, equal, []],
  ];
  return {
    title: 'What one launch uses up, and what it costs (us-east-1, without free tier)',
    rows: checks.flatMap(([name, variant, held]) => (variant === undefined ? [] : [rowOf(name, variant, held)])),
    notes: notes(),
    checks: checks.flatMap(([, , held]) => held),
  };
}

function dollars(of: string, variant: Variant): Check {
  return { of, what: 'total', measured: costOf(variant.usage).total, atMost: limit, unit: '$' };
}

function half(ours: Variant, equal: Variant): Check {
  const atMost = costOf(equal.usage).total * share;
  return {
    of: 'one launch',
    what: `against half of ${equal.name}`,
    measured: costOf(ours.usage).total,
    atMost,
    unit: '$',
  };
}

function rowOf(name: string, { usage }: Variant, held: readonly Check[]) {
  const cost = costOf(usage);
  const thousand = (one: number) => rounded(one * 1000, 3);
  return {
    launch: name,
    transitions: rounded(usage.transitions),
    invocations: rounded(usage.invocations),
    'GB s': rounded(usage.gbSeconds, 2),
    RRU: rounded(usage.readUnits),
    WRU: rounded(usage.writeUnits),
    'log KB': rounded((usage.functionLogBytes + usage.historyLogBytes) / 1000),
    '$ of 1000: transitions': thousand(cost.stepFunctions),
    Lambda: thousand(cost.lambda),
    DynamoDB: thousand(cost.dynamoDb),
    logs: thousand(cost.logs),
    total: thousand(cost.total),
    ...verdictOf(held),
  };
}

function notes(): string[] {
  const perMillion = (price: number) => `$${rounded(price * 1e6, 3)} a million`;
  return [
    'counted in the lab: state transitions (states entered, retries), invocations, calls of the ledger as its DynamoDB adapter makes them, the functions’ log lines and metrics, the history that the state machine logs in full',
    `assumed: ${invocationMs} ms an invocation at the memory of the deployment, ${platformLogBytes} bytes that Lambda logs of each, ${historyEventBytes} bytes around each history event`,
    `prices: transitions ${perMillion(prices.stateTransition)}, Lambda ${perMillion(prices.lambdaRequest)} and $${prices.lambdaGbSecond} a GB s, DynamoDB reads ${perMillion(prices.dynamoDbRead)} and writes ${perMillion(prices.dynamoDbWrite)}, logs $${prices.logsGb} a GB`,
    'not in it: the reconciler (by the month, see README), traces (one of $0.000005 a launch), storage, cold starts, what Jenkins and the instance cost',
  ];
}
