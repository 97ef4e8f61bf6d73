import { gzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packTarget } from '../../../functions/probes/domain/judge/packing';
import { newTarget, withVote } from '../../../functions/probes/domain/judge/target';
import { homeFunctions, regionFunctions } from '../../../infra/systems/probes/functions';
import { homeAlarms, regionAlarms } from '../../../infra/systems/probes/alarms';
import { probeMetrics } from '../../../functions/probes/contracts/metrics';
import { randomStream } from '../../../infra/lab/kernel/random';
import { prices } from '../../bench/cost/prices';
import { begin } from './judging';

// What README says of money: fifty targets from five regions once a minute. Prices of us-east-1, as `prices` says where they
// are from; https://aws.amazon.com/sqs/pricing/, https://aws.amazon.com/s3/pricing/,
// https://aws.amazon.com/eventbridge/pricing/, https://aws.amazon.com/cloudwatch/pricing/.

const [targets, regions, minutes] = [50, 5, 43_800];
const sqsRequest = 0.4 / 1_000_000;
const s3Put = 5 / 1_000_000;
const schedule = 1 / 1_000_000;
const alarm = 0.1;
const metric = 0.3;
/** Lambda asks an idle queue with five readers, each of which waits up to twenty seconds. */
const polls = 15 * minutes;

const lambda = (runs: number, memoryMb: number, seconds: number) =>
  runs * (prices.lambdaRequest + (memoryMb / 1024) * seconds * prices.lambdaGbSecond);

/** What a write of a well target’s item takes, in units of 1 KB. */
function writeUnits(): number {
  const random = randomStream('costs', 1);
  const names = ['eu-central-1', 'us-east-1', 'ap-southeast-1', 'us-west-2', 'sa-east-1'];
  const rules = { interval: 60, regions: names };
  const vote = { vote: 'good', reason: null } as const;
  let state = newTarget;
  for (let slot = begin; slot < begin + 3 * 3600; slot += 60)
    for (const region of names) state = withVote(state, slot, { region, vote }, rules);
  const days = Object.fromEntries(
    Array.from({ length: 90 }, (_, day) => [
      new Date((begin - day * 86_400) * 1000).toISOString().slice(0, 10),
      { known: 86_400, down: 0 },
    ]),
  );
  const [base, before, last] = [state.base, state.before, state.last].map((fold) => ({ ...fold, days }));
  // Eighty milliseconds, give or take ten.
  const micros = () => 70_000 + Math.floor(random.next() * 20_000);
  const latency = Object.fromEntries(
    names.map((region) => [
      region,
      { older: Array.from({ length: 60 }, (_, n) => [begin + n * 60, micros()]).flat(), newest: [] },
    ]),
  );
  const whole = { ...state, base: base!, before: before!, last: last! };
  return Math.ceil((gzipSync(JSON.stringify(packTarget({ state: whole, latency }))).length + 100) / 1024);
}

test('README: what fifty targets from five regions cost in a month', () => {
  const functions = { one: { metricErrors: () => undefined } as never };
  const perRegion =
    schedule * minutes +
    lambda(minutes, regionFunctions['start-looks'].memoryMb, 0.1) +
    // Fifty HTTPS looks on a whole processor: `npm run bench probes` says how many a second.
    lambda(minutes, regionFunctions.look.memoryMb, 2) +
    sqsRequest * (4 * minutes + polls) +
    alarm * regionAlarms('muster', { ...functions, two: functions.one }).length +
    metric;
  const judgements = regions * minutes;
  const units = writeUnits();
  const database =
    // Each report changes each target; what they have in common is written with the book, in a transaction.
    prices.dynamoDbWrite * (targets * units + 2 * 2 * 2) * judgements +
    prices.dynamoDbRead * ((targets * units) / 4 + 2) * (judgements + 2 * minutes);
  const watched = {
    deployment: 'muster',
    regions: Array.from({ length: regions }, (_, n) => `r-${n}`),
    minimumFresh: 2,
  };
  const deadLetters = { metricApproximateNumberOfMessagesVisible: () => undefined } as never;
  const ofHome = { ...watched, deadLetters, functions: { ...functions, two: functions.one } };
  const home =
    lambda(judgements + minutes, homeFunctions.judge.memoryMb, 0.2) +
    lambda(minutes, homeFunctions['publish-page'].memoryMb, 0.5) +
    sqsRequest * (2 * judgements + polls) +
    2 * s3Put * minutes +
    alarm * homeAlarms(ofHome).length +
    metric * (regions + Object.keys(probeMetrics).length - 2);
  const total = regions * perRegion + home + database;
  const readme = readFileSync(join(__dirname, '../../../README.md'), 'utf8');
  const text = readme.split('\n## Health checks\n')[1]!.split('\n## ')[0]!.replaceAll(/\s+/g, ' ');
  const dollars = (amount: number) => `$${amount.toFixed(0)}`;
  const parts = `${dollars(perRegion)} a region, ${dollars(home)} for home, ${dollars(database)} for its table`;
  expect(text).toContain(`about **${dollars(total)} a month** (${parts})`);
});
