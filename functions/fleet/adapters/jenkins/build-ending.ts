import { StepError } from '../../contracts/errors';
import type { BuildEnd, BuildToEnd, BuildTrace } from '../../ports/jenkins';
import { decideNotFound } from './decide-not-found';
import { cancelItem, stopBuild } from './cancel';
import type { ClientContext } from './client-context';
import { followBuild, followItem } from './follow';
import type { JenkinsSession } from './transport/http';
import { lookUp, type RequestQuery } from './lookup';
import { ownerOf, type Build } from './models';
import { finishedStatus, lostStatus, redactedEnd, runningStatus } from './build-statuses';
import { TraceKeeper, type SaveTrace } from './trace-keeper';
import { judgeFailure, JenkinsFailure } from './jenkins-failure';
import { buildUrl, placeOfJob, type JobPlace } from './transport/urls';

/**
 * How long a build has after it was asked to stop until it is asked again. Asking again cuts a pipeline's `post` short,
 * so it has time for that; but a Jenkins that was killed may have forgotten that it was asked.
 */
const stopAgainAfterMs = 120_000;

/** The end of one build, for the length of one call: it looks where the build is, and does the next thing about it. */
export class BuildEnding {
  readonly #means: ClientContext;
  readonly #build: BuildToEnd;
  readonly #keeper: TraceKeeper;
  #place: JobPlace | undefined;

  constructor(means: ClientContext, build: BuildToEnd, trace: BuildTrace | undefined, save: SaveTrace) {
    this.#means = means;
    this.#build = build;
    this.#keeper = new TraceKeeper(trace, save);
  }

  /** @throws StepError, or the error of `save` or of the source of the credentials, unchanged */
  async run(): Promise<BuildEnd> {
    try {
      const end = await this.#step();
      await this.#keeper.change({ refusedSince: undefined });
      return redactedEnd(end, this.#session.redact);
    } catch (error) {
      if (!(error instanceof JenkinsFailure)) throw error;
      throw await this.#judged(error);
    }
  }

  async #step(): Promise<BuildEnd> {
    // It is stored before anything is posted.
    const trace = this.#keeper.sent;
    if (trace === undefined) return over(lostStatus('it was never requested'));
    if (trace.number !== undefined) return await this.#endBuild(trace.number);
    if (trace.queueId !== undefined) return await this.#endItem(trace.queueId);
    return await this.#search('its request may not have reached Jenkins');
  }

  /** @param asked whether it has been cancelled in this call; `refusal`: what Jenkins said instead */
  async #endItem(queueId: string, asked = false, refusal?: string): Promise<BuildEnd> {
    const step = await followItem(this.#session, this.#means.base, queueId, this.#wanted);
    switch (step.kind) {
      case 'gone':
        return await this.#search(step.reason);
      case 'build':
        await this.#keeper.change({ phase: 'running', number: step.number, notFoundAt: undefined });
        return await this.#endBuild(step.number);
      case 'status':
        if (step.status.state === 'cancelled') return over(step.status);
        if (!asked)
          return await this.#endItem(queueId, true, await cancelItem(this.#session, this.#means.base, queueId));
        return ending(`it is still queued as item ${queueId}`, refusal);
    }
  }

  async #endBuild(number: number): Promise<BuildEnd> {
    const step = await followBuild(this.#session, { base: this.#means.base, job: this.#job, number }, this.#wanted);
    switch (step.kind) {
      case 'gone':
        return await this.#search(step.reason);
      case 'finished':
        return over(finishedStatus(step.build, step.result, this.#job, undefined));
      case 'running':
        return await this.#stop(step.build);
    }
  }

  async #stop(build: Build): Promise<BuildEnd> {
    const status = runningStatus(build, this.#job, this.#means.clock.now());
    const seconds = status.state === 'running' ? Math.round(status.elapsedMs / 1000) : 0;
    const runs = `#${build.number} has run for ${seconds} s, ${buildUrl(this.#job, build.number)}`;
    // A build has no parameters for a moment after it was made: nothing is stopped that may be another's.
    if (ownerOf(build, this.#wanted) !== 'ours') return ending(`${runs}: Jenkins does not show yet whose it is`);
    if (!this.#build.interruptible) return ending(`${runs}: it is not interruptible`);
    const { stopAskedAt } = this.#known;
    const now = this.#means.clock.now();
    if (stopAskedAt !== undefined && now.getTime() - Date.parse(stopAskedAt) < stopAgainAfterMs) {
      return ending(`${runs}: it was asked to stop at ${stopAskedAt}`);
    }
    const refusal = await stopBuild(this.#session, buildUrl(this.#job, build.number));
    if (refusal !== undefined) return ending(runs, refusal);
    // Only now: a request that may not have arrived is created again.
    await this.#keeper.change({ stopAskedAt: now.toISOString() });
    return ending(`${runs}: it is asked to stop`);
  }

  async #search(reason: string): Promise<BuildEnd> {
    const found = await lookUp(this.#session, this.#means.base, this.#job, this.#wanted);
    switch (found.kind) {
      case 'item':
        await this.#keeper.change({
          phase: 'queued',
          queueId: found.queueId,
          number: undefined,
          notFoundAt: undefined,
        });
        return ending(`it is queued as item ${found.queueId}`);
      case 'build': {
        const queueId = found.queueId ?? this.#known.queueId;
        await this.#keeper.change({ phase: 'running', number: found.number, queueId, notFoundAt: undefined });
        return ending(`it is build #${found.number}`);
      }
      default: {
        const next = decideNotFound(found, this.#known, this.#means.clock.now(), this.#means.tunables);
        if (next.kind !== 'wait') return over(lostStatus(`${reason}; ${next.reason}`));
        await this.#keeper.change({ notFoundAt: next.notFoundAt });
        return ending(`${reason}; ${next.reason}`);
      }
    }
  }

  async #judged(failure: JenkinsFailure): Promise<StepError> {
    const { clock, tunables, session } = this.#means;
    const refusedSince = this.#keeper.trace?.refusedSince;
    const verdict = judgeFailure(failure, { isKnown: true, refusedSince, now: clock.now() }, tunables.refusalLimitMs);
    if (verdict.refusedSince !== undefined) await this.#keeper.change({ refusedSince: verdict.refusedSince });
    return new StepError(verdict.name, session.redact(verdict.message), { cause: failure.cause });
  }

  get #session(): JenkinsSession {
    return this.#means.session;
  }

  get #job(): JobPlace {
    return (this.#place ??= placeOfJob(this.#means.base, this.#build.job));
  }

  get #known(): BuildTrace {
    if (this.#keeper.trace === undefined) throw new JenkinsFailure('misconfigured', 'nothing has been requested');
    return this.#keeper.trace;
  }

  get #wanted(): RequestQuery {
    const { queueId, firstPossibleNumber, newestAtMs } = this.#known;
    return { correlation: this.#build.correlation, names: this.#job.names, queueId, firstPossibleNumber, newestAtMs };
  }
}

function over(status: Extract<BuildEnd, { state: 'over' }>['status']): BuildEnd {
  return { state: 'over', status };
}

function ending(reason: string, refusal?: string): BuildEnd {
  return { state: 'ending', reason: refusal === undefined ? reason : `${reason}; ${refusal}` };
}
