import { reasons } from '../../../functions/probes/contracts/reasons';
import type { Certificate, Phases, LookResult } from '../../../functions/probes/contracts/result';
import type { Target } from '../../../functions/probes/contracts/target';
import { expiryWarning } from '../../../functions/probes/domain/certificates';
import type { Paint } from '../../terminal/paint';
import { oneLine } from '../render/plain';

const names: Readonly<Record<keyof Phases, string>> = {
  lookup: 'look-up',
  connect: 'connect',
  tls: 'TLS',
  firstByte: 'first byte',
  transfer: 'transfer',
};
const columns = 40;

/** One look, for a person: what `curl -w` and `openssl s_client` would tell together. */
export function resultText(target: Target, result: LookResult, paint: Paint): string {
  const { up, slow, address, status, bytes, redirects, tls, certificate, totalMicros, trusted } = result;
  const verdict = up ? paint('green', slow === true ? 'up, slow' : 'up') : paint('red', 'not up');
  const facts = [
    ...(address === undefined ? [] : [oneLine(address)]),
    ...(redirects === undefined ? [] : [`${redirects} ${redirects === 1 ? 'redirect' : 'redirects'}`]),
    ...(status === undefined ? [] : [`status ${status}`]),
    ...(bytes === undefined ? [] : [`${bytes} bytes`]),
    ...(tls === undefined ? [] : [oneLine(tls)]),
    millis(totalMicros),
  ];
  return [
    `${verdict}  ${paint('bold', oneLine(target.url))}  ${paint('dim', facts.join(', '))}`,
    ...reasonLines(result, paint),
    ...phaseLines(result.phases, paint),
    ...(certificate === undefined ? [] : certificateLines(certificate, paint)),
    ...(trusted ? [] : [paint('yellow', '  this machine was busy: its times do not mean much')]),
    '',
  ].join('\n');
}

function reasonLines({ reason, detail }: LookResult, paint: Paint): string[] {
  if (reason === undefined) return [];
  const more = detail === undefined ? '' : `: ${oneLine(detail)}`;
  return [`  ${paint('red', reason)}  ${reasons[reason].means}${more}`];
}

function phaseLines(phases: Phases, paint: Paint): string[] {
  const all = (Object.keys(names) as (keyof Phases)[]).flatMap((name) => {
    const took = phases[name];
    return took === undefined ? [] : [{ name: names[name], took }];
  });
  const whole = Math.max(
    1,
    all.reduce((sum, { took }) => sum + took, 0),
  );
  let before = 0;
  return all.map(({ name, took }) => {
    const start = Math.round((before / whole) * columns);
    before += took;
    const bar = '#'.repeat(Math.max(1, Math.round((before / whole) * columns) - start));
    return `  ${name.padEnd(10)} ${millis(took).padStart(10)}  ${' '.repeat(start)}${paint('cyan', bar)}`;
  });
}

function certificateLines(certificate: Certificate, paint: Paint): string[] {
  const { subject, issuer, notAfter, daysLeft, problem } = certificate;
  const soon = expiryWarning(certificate);
  const left = daysLeft < 0 ? `ended ${-daysLeft} days ago` : `${daysLeft} days left`;
  const style = problem !== undefined || daysLeft < 0 ? 'red' : soon === undefined ? 'green' : 'yellow';
  return [
    `  certificate ${oneLine(subject)}, by ${oneLine(issuer)}`,
    `              until ${notAfter.slice(0, 10)}, ${paint(style, left)}${problem === undefined ? '' : ` (${oneLine(problem)})`}`,
  ];
}

function millis(micros: number): string {
  return `${(micros / 1000).toFixed(1)} ms`;
}
