import { escapeHtml, safeText } from '../../../shared/notify/safe-text';
import { reasons, type Reason } from '../../contracts/reasons';
import type { StatusFile, TargetStatus } from './status';

const words = { up: 'Up', degraded: 'Regional problem', down: 'Down', unknown: 'Unknown' } as const;

const style = `
:root{color-scheme:light dark;--bg:#fff;--fg:#1f2328;--soft:#59636e;--line:#d1d9e0;--up:#1a7f37;--degraded:#9a6700;--down:#cf222e;--unknown:#59636e}
@media (prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;--soft:#9198a1;--line:#3d444d;--up:#3fb950;--degraded:#d29922;--down:#f85149;--unknown:#9198a1}}
*{box-sizing:border-box}body{margin:0 auto;max-width:56rem;padding:1rem;background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin:0}section{border:1px solid var(--line);border-radius:.5rem;padding:.75rem 1rem;margin:1rem 0}
.head{display:flex;justify-content:space-between;gap:0 1rem;flex-wrap:wrap;margin-bottom:.4rem}.ends{margin:.1rem 0 .5rem}p{margin:.5rem 0}a{color:inherit}.soft{color:var(--soft);font-size:.875rem}
.up{color:var(--up)}.degraded{color:var(--degraded)}.down{color:var(--down)}.unknown{color:var(--unknown)}b.state::before{content:"● "}
@media print{:root{color-scheme:light;--bg:#fff;--fg:#1f2328;--soft:#59636e;--line:#d1d9e0;--up:#1a7f37;--degraded:#9a6700;--down:#cf222e;--unknown:#59636e}section{break-inside:avoid}svg{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
svg{display:block;width:100%;height:2rem}.line{height:1.5rem}table{border-collapse:collapse;width:100%;font-size:.875rem}td,th{text-align:left;padding:.15rem .75rem .15rem 0;vertical-align:middle;font-weight:normal;white-space:nowrap}td.graph{width:100%}td:last-child{padding-right:0}ul{padding-left:1.2rem;margin:.5rem 0}`;

/**
 * The status page: one HTML file without scripts or external resources, readable as plain text too.
 *
 * @param refreshSeconds how often a browser reloads it.
 */
export function statusPage(status: StatusFile, title: string, refreshSeconds = 60): string {
  const worst = (['down', 'unknown', 'degraded', 'up'] as const).find((one) =>
    status.targets.some((target) => target.status === one),
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="refresh" content="${refreshSeconds}"><meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${text(title)}</title><style>${style}</style></head><body><main>
<h1>${text(title)}${worst === undefined ? '' : `: <span class="${worst}">${summary(status)}</span>`}</h1>
<p class="soft">${ageText(status)}; it is made new every minute · <a href="status.json">status.json</a></p>
${status.targets.map((target) => targetHtml(target, status.regions.length)).join('\n')}
<section aria-label="Regions"><h2>Regions</h2><table>${status.regions.map(regionHtml).join('')}</table></section>
</main></body></html>
`;
}

function summary({ targets }: StatusFile): string {
  const parts = (['down', 'degraded', 'unknown'] as const).flatMap((one) => {
    const count = targets.filter(({ status }) => status === one).length;
    if (count === 0) return [];
    return [`${count} of ${targets.length} ${one === 'degraded' ? 'with a regional problem' : one}`];
  });
  return parts.length === 0 ? 'all up' : parts.join(', ');
}

/** A region that has never reported must not look healthy. */
function regionHtml({ region, state, slot, skewSeconds }: StatusFile['regions'][number]): string {
  const [style, said] =
    state === 'silent'
      ? ['degraded', 'silent, not counted']
      : state === 'suspect'
        ? ['degraded', 'in trouble itself, not counted']
        : slot === null
          ? ['unknown', 'no data yet']
          : ['up', 'reports'];
  const skew = skewSeconds === null ? '' : `, its clock is off by ${skewSeconds} s`;
  return `<tr><th scope="row">${text(region)}</th><td class="graph ${style}">${said}${skew}</td></tr>`;
}

/** `2026-03-01 00:20 UTC`, with the whole time for programs. */
function timeHtml(iso: string): string {
  return `<time datetime="${text(iso)}">${text(iso.slice(0, 16).replace('T', ' '))} UTC</time>`;
}

function ageText({ dataAt, madeAt }: StatusFile): string {
  if (dataAt === null) return `No data yet. Page made at ${timeHtml(madeAt)}`;
  const age = Math.max(0, Math.round((Date.parse(madeAt) - Date.parse(dataAt)) / 1000));
  const old = `${lengthText(age)} old`;
  const shown = age > oldSeconds ? `<b class="degraded">${old}</b>` : old;
  return `Data of ${timeHtml(dataAt)}, ${shown} when this page was made at ${timeHtml(madeAt)}`;
}

/** Data older than this is marked, in seconds: at least three slots of a minute are missing by then. */
const oldSeconds = 300;

/** `65 s`, `12 min`, `2 h 1 min`, `3 days`. */
function lengthText(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}

function targetHtml(target: TargetStatus, regions: number): string {
  const { name, status, down, uptime, single } = target;
  const where = status === 'degraded' ? ` in ${down.map(text).join(', ')}` : '';
  return `<section aria-label="${text(name)}"><div class="head"><h2>${text(name)}</h2><b class="state ${status}">${words[status]}${where}</b></div>
${daysSvg(target)}
<div class="head soft ends"><span>${target.days.length} days ago</span><span>today</span></div>
<p class="soft">${uptime === null ? 'nothing known yet' : `${percent(uptime)} up in ${knownText(target)}`}${single ? ' · only one region checks: its own trouble looks like the target’s' : ''}</p>
${notLookedText(target)}${latencyTable(target)}${incidentList(target, regions)}</section>`;
}

function knownText({ days }: TargetStatus): string {
  const known = days.filter(({ uptime }) => uptime !== null).length;
  return known === days.length ? `${known} days` : `the ${known} of ${days.length} days that are known`;
}

function notLookedText({ notLooked }: TargetStatus): string {
  if (notLooked.length === 0) return '';
  const said = notLooked.map(({ region, reason }) => `${text(region)}: ${text(meansOf(reason))}`);
  return `<p class="soft">Not checked from ${said.join('; from ')}</p>`;
}

function meansOf(reason: string): string {
  return reason in reasons ? reasons[reason as Reason].means : reason;
}

function daysSvg({ days }: TargetStatus): string {
  const bars = days.map(({ day, uptime }, at) => {
    const color =
      uptime === null
        ? 'var(--line)'
        : uptime >= 0.9995
          ? 'var(--up)'
          : uptime >= 0.98
            ? 'var(--degraded)'
            : 'var(--down)';
    return `<rect x="${at * 4}" width="3" height="20" fill="${color}"><title>${day}: ${uptime === null ? 'nothing known' : percent(uptime)}</title></rect>`;
  });
  const known = days.filter(({ uptime }) => uptime !== null).length;
  const bad = days.filter(({ uptime }) => uptime !== null && uptime < 0.9995).length;
  return `<svg viewBox="0 0 ${days.length * 4} 20" preserveAspectRatio="none" role="img" aria-label="Uptime of each of the last ${days.length} days, ${known} of them known, ${bad} with an outage">${bars.join('')}</svg>`;
}

function latencyTable({ latency }: TargetStatus): string {
  if (latency.length === 0) return '';
  const rows = latency.map(
    ({ region, ms, p50, p95 }) =>
      `<tr><th scope="row">${text(region)}</th><td class="graph">${lineSvg(ms, region)}</td><td>${p50.toFixed(0)} / ${p95.toFixed(0)} ms</td></tr>`,
  );
  return `<table><caption class="soft" style="text-align:left">Latency of the last looks: median / 95th percentile</caption>${rows.join('')}</table>`;
}

function lineSvg(ms: readonly number[], region: string): string {
  const most = Math.max(1, ...ms);
  const points = ms.map(
    (one, at) => `${((at * 100) / Math.max(1, ms.length - 1)).toFixed(1)},${(19 - (18 * one) / most).toFixed(1)}`,
  );
  return `<svg class="line" viewBox="0 0 100 20" preserveAspectRatio="none" role="img" aria-label="Latency from ${text(region)}, at most ${most.toFixed(0)} ms"><polyline points="${points.join(' ')}" fill="none" stroke="currentColor" stroke-width="1" vector-effect="non-scaling-stroke"/></svg>`;
}

function incidentList({ incidents }: TargetStatus, all: number): string {
  if (incidents.length === 0) return '';
  const items = incidents.map(({ since, until, kind, flapping, regions, reasons: causes }) => {
    const means = causes.map(meansOf);
    return `<li><span class="${kind}">${flapping ? 'Came and went' : words[kind]}</span> from ${timeHtml(since)} ${until === null ? 'until now' : `until ${timeHtml(until)}`}${whereText(regions, all)}${means.length === 0 ? '' : `: ${means.map(text).join('; ')}`}</li>`;
  });
  return `<ul>${items.join('')}</ul>`;
}

function whereText(regions: readonly string[], all: number): string {
  if (regions.length === 0) return '';
  return regions.length === all && all > 1 ? ' in all regions' : ` in ${regions.map(text).join(', ')}`;
}

function percent(share: number): string {
  // Never rounded up to 100 %: that would hide a minute of a month.
  return `${(Math.floor(share * 100_000) / 1000).toFixed(share === 1 ? 0 : 3)} %`;
}

function text(value: string): string {
  return escapeHtml(safeText(value));
}
