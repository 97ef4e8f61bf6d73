import type { BookEvent } from '../../shared/incidents/advance';
import type { IncidentObservation } from '../../shared/incidents/book';
import type { Severity } from '../../shared/notify/letter';
import type { TargetIncident } from './judge/incident';
import type { Notice } from './judge/notices';

/** The judge's notices as events of the incident book. All observations of one run make one event, and so one mail. */
export function bookEvents(notices: readonly Notice[], now: number): BookEvent[] {
  const at = now * 1000;
  const observations = notices.flatMap((notice) => observationOf(notice, at) ?? []);
  const ends = notices.flatMap((notice) => endOf(notice, at));
  return [...(observations.length > 0 ? [{ kind: 'observed', at, observations } as const] : []), ...ends];
}

function observationOf(notice: Notice, at: number): IncidentObservation | undefined {
  const tell = notice.pages ? 'at-once' : 'digest';
  const common = { tell, count: 1, firstAt: at, lastAt: at } as const;
  switch (notice.kind) {
    case 'opened':
    case 'worse':
    case 'flapping':
    case 'reminder':
      return {
        ...common,
        key: keyOf(notice.target),
        severity: severityOf(notice.incident),
        title: titleOf(notice.target, notice.incident),
        facts: factsOf(notice.incident),
        next: 'see the status page, and check the target yourself: muster probe URL',
        firstAt: notice.incident.since * 1000,
      };
    case 'past':
      return {
        ...common,
        key: `PAST|${notice.target}|${notice.incident.since}`,
        severity: 'medium',
        title: `${notice.target} ${wasText(notice.incident)} while Muster could not judge, and is up again`,
        facts: factsOf(notice.incident),
      };
    case 'region':
      if (notice.state === 'ok' || notice.state === 'removed') return undefined;
      return {
        ...common,
        key: regionKey(notice.region, notice.state),
        severity: 'medium',
        title: regionTitle(notice.region, notice.state),
        facts: [['region', notice.region]],
        next: 'Muster ignores the results of this region; check the alarms of the region',
      };
    case 'certificate':
      return {
        ...common,
        key: `CERTIFICATE|${notice.certificate.target}|${notice.certificate.notAfter}`,
        severity: certificateSeverity(notice.certificate.warns),
        title: `the certificate of ${notice.certificate.target} expires within ${notice.certificate.warns} days`,
        facts: [['expires', notice.certificate.notAfter]],
        next: 'renew the certificate',
      };
    case 'closed':
    case 'withdrawn':
    case 'removed':
      return undefined;
  }
}

function endOf(notice: Notice, at: number): BookEvent[] {
  const tell = notice.pages ? 'at-once' : 'digest';
  switch (notice.kind) {
    case 'closed':
      return [{ kind: 'resolved', at, key: keyOf(notice.target), note: closedText(notice.incident), tell }];
    case 'withdrawn':
      return [{ kind: 'resolved', at, key: keyOf(notice.target), note: 'late results show that it was up', tell }];
    case 'removed':
      return [{ kind: 'resolved', at, key: keyOf(notice.target), note: 'Muster no longer checks it', tell }];
    case 'region':
      if (notice.state !== 'ok' && notice.state !== 'removed') return [];
      return (['silent', 'suspect'] as const).map((state) => ({
        kind: 'resolved' as const,
        at,
        key: regionKey(notice.region, state),
        note:
          notice.state === 'ok'
            ? 'the region reports the same as the others again'
            : 'Muster no longer checks from this region',
        tell,
      }));
    case 'opened':
    case 'worse':
    case 'flapping':
    case 'reminder':
    case 'past':
    case 'certificate':
      return [];
  }
}

function keyOf(target: string): string {
  return `TARGET|${target}|all`;
}

function regionKey(region: string, state: 'silent' | 'suspect'): string {
  return `REGION|${region}|${state}`;
}

/** Flapping ranks above down, so that its one mail is sent at once. */
function severityOf({ kind, flapping }: TargetIncident): Severity {
  if (flapping) return 'critical';
  return kind === 'down' ? 'high' : kind === 'unknown' ? 'medium' : 'low';
}

function titleOf(target: string, incident: TargetIncident): string {
  if (incident.flapping) return `${target} is flapping: no more mail until it is stable for 15 minutes`;
  switch (incident.kind) {
    case 'down':
      return `${target} is down`;
    case 'degraded':
      return `${target}: regional problem in ${incident.regions.join(', ')}`;
    case 'unknown':
      return `${target}: state unknown, too few regions report`;
  }
}

function wasText({ kind }: TargetIncident): string {
  return kind === 'degraded' ? 'had a regional problem' : kind === 'unknown' ? 'was not checked' : 'was down';
}

function closedText({ since, until }: TargetIncident): string {
  return `up again since ${iso(until ?? since)}, after ${Math.round(((until ?? since) - since) / 60)} minutes`;
}

function factsOf({ since, until, regions, reasons }: TargetIncident): IncidentObservation['facts'] {
  return [
    ['since', iso(since)],
    ...(until === null ? [] : [['until', iso(until)] as const]),
    ['regions', regions.join(', ') || 'none'],
    ['reasons', reasons.join(', ') || 'none'],
  ];
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

function certificateSeverity(days: number): Severity {
  if (days <= 3) return 'high';
  return days <= 7 ? 'medium' : 'low';
}

function regionTitle(region: string, state: 'silent' | 'suspect'): string {
  return state === 'silent'
    ? `the probe region ${region} is silent`
    : `only the probe region ${region} finds most targets down`;
}
