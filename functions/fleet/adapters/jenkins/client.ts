import { StepError } from '../../contracts/errors';
import type { BuildRequest, BuildStatus, BuildTrace } from '../../ports/jenkins';
import { decideNotFound } from './decide-not-found';
import type { ClientContext } from './client-context';
import { readAnswer } from './transport/read-answer';
import { followBuild, followItem } from './follow';
import type { JenkinsSession } from './transport/http';
import { readLogTail } from './log/log-tail';
import { isFoundRequest, lookUp, type LookUpResult, type FoundRequest, type RequestQuery } from './lookup';
import { parseJob, trees, type Job } from './models';
import { mistakesForJob, mistakesInRequest, refuseMistakes } from './setup/preflight';
import { judgeRetention, readRetention, explainMissingBuild } from './setup/build-retention';
import { finishedStatus, lostStatus, redacted, runningStatus, warning } from './build-statuses';
import { TraceKeeper, type SaveTrace } from './trace-keeper';
import { judgePost, postCall } from './submit';
import { judgeFailure, JenkinsFailure } from './jenkins-failure';
import { buildUrl, placeOfJob, type JobPlace } from './transport/urls';

/** One request, for the length of one call. It looks, decides, and stores what it knows before it continues. */
export class Advance {
  readonly #means: ClientContext;
  readonly #request: BuildRequest;
  readonly #keeper: TraceKeeper;
  #place: JobPlace | undefined;
  #lookedUp = false;
  /** A warning for the operator that does not stop the request. */
  #warning = '';
  readonly #atOnce = async (): Promise<number> => (await this.#request.atOnce?.()) ?? 1;

  constructor(means: ClientContext, request: BuildRequest, trace: BuildTrace | undefined, save: SaveTrace) {
    this.#means = means;
    this.#request = request;
    this.#keeper = new TraceKeeper(trace, save);
  }

  /** @throws StepError, or the error of `save` or of the source of the credentials, unchanged */
  async run(): Promise<BuildStatus> {
    try {
      refuseMistakes(`job '${this.#request.job}'`, mistakesInRequest(this.#request));
      const status = await this.#step();
      await this.#keeper.change({ refusedSince: undefined });
      return redacted(warning(status, this.#warning), this.#session.redact);
    } catch (error) {
      if (!(error instanceof JenkinsFailure)) throw error;
      throw await this.#judged(error);
    }
  }

  async #step(): Promise<BuildStatus> {
    const trace = this.#keeper.sent;
    if (trace === undefined) return await this.#begin();
    switch (trace.phase) {
      case 'asked':
        return await this.#begin();
      case 'posting':
        return await this.#confirm('it is not known whether the request reached Jenkins');
      case 'queued':
        return await this.#followItem();
      case 'running':
      case 'finished':
        return await this.#followBuild();
    }
  }

  /** Looks first even though nothing was sent, as far as the trace goes: the trace may have been lost. */
  async #begin(): Promise<BuildStatus> {
    const job = await this.#preflight();
    const found = await this.#lookUp();
    if (isFoundRequest(found)) return await this.#adopt(found, job);
    if (found.kind === 'copy') return lostStatus(`only build ${found.number} is left, a copy of the requested one`);
    return await this.#post(job);
  }

  async #preflight(): Promise<Job> {
    const url = `${this.#job.url}/api/json`;
    const job = parseJob(readAnswer(await this.#session.send({ method: 'GET', url, query: { tree: trees.job } })));
    refuseMistakes(this.#job.url, mistakesForJob(this.#request, job));
    if (job.discards) await this.#checkRetention();
    return job;
  }

  async #checkRetention(): Promise<void> {
    const retention = await readRetention(this.#session, this.#job.url);
    const { kind, reason } = judgeRetention(retention, await this.#atOnce());
    if (kind === 'refuse') refuseMistakes(this.#job.url, [reason]);
    if (kind === 'warn') this.#warning = reason;
  }

  async #post(job: Job): Promise<BuildStatus> {
    const before = this.#keeper.sent;
    const { newestAtMs } = before ?? job;
    const now = this.#now();
    await this.#keeper.replace({
      phase: 'posting',
      requestedAt: before?.requestedAt ?? now,
      postedAt: now,
      firstPossibleNumber: before?.firstPossibleNumber ?? job.nextBuildNumber ?? 1,
      ...(newestAtMs !== undefined && { newestAtMs }),
    });
    // Others take a request for one that is not on its way any more some time after this: it must not be sent then.
    const lateMs = this.#means.clock.now().getTime() - Date.parse(now);
    if (lateMs >= this.#means.tunables.postMarginMs) {
      return { state: 'unconfirmed', reason: `storing the request took ${lateMs} ms: it was not sent` };
    }
    const outcome = await this.#session.send(postCall(this.#job, this.#request));
    const verdict = judgePost(outcome, before !== undefined);
    switch (verdict.kind) {
      case 'queued':
        await this.#keeper.change({ phase: 'queued', queueId: verdict.queueId });
        return await this.#followItem();
      case 'untracked':
        await this.#keeper.change({ phase: 'queued' });
        return await this.#followItem();
      case 'declined':
        return await this.#foundOr(() => ({ state: 'refused', reason: verdict.reason }));
      case 'failed':
        return await this.#foundOr(() => {
          throw verdict.failure;
        });
      case 'noEffect':
        throw verdict.failure;
      case 'unknown':
        return { state: 'unconfirmed', reason: verdict.reason };
    }
  }

  async #foundOr(otherwise: () => BuildStatus): Promise<BuildStatus> {
    const found = await this.#lookUp();
    return isFoundRequest(found) ? await this.#adopt(found) : otherwise();
  }

  /** A request of which nothing is to be seen where it should be: the look-up decides, and not the first one. */
  async #confirm(reason: string): Promise<BuildStatus> {
    // once a call, or a list and an item that contradict one another would keep it going round
    if (this.#lookedUp) return { state: 'unconfirmed', reason };
    const found = await this.#lookUp();
    if (isFoundRequest(found)) return await this.#adopt(found);
    const trace = this.#known;
    const next = decideNotFound(found, trace, this.#means.clock.now(), this.#means.tunables);
    switch (next.kind) {
      case 'wait':
        await this.#keeper.change({ notFoundAt: next.notFoundAt });
        return { state: 'unconfirmed', reason: `${reason}; ${next.reason}` };
      case 'lost':
        return lostStatus(
          `${reason}; ${next.reason}${await explainMissingBuild(this.#session, this.#job.url, trace.number, this.#atOnce)}`,
        );
      case 'post':
        return await this.#post(await this.#preflight());
    }
  }

  async #adopt(found: FoundRequest, job?: Job): Promise<BuildStatus> {
    const now = this.#now();
    const firstPossibleNumber = found.kind === 'build' ? found.number : (job?.nextBuildNumber ?? 1);
    const fresh: BuildTrace = { phase: 'queued', requestedAt: now, postedAt: now, firstPossibleNumber };
    const trace = this.#keeper.sent ?? fresh;
    const queueId = found.queueId ?? trace.queueId;
    if (found.kind === 'build') {
      await this.#keeper.change({ phase: 'running', number: found.number, queueId, notFoundAt: undefined }, trace);
      return await this.#followBuild();
    }
    await this.#keeper.change({ phase: 'queued', queueId, number: undefined, notFoundAt: undefined }, trace);
    return await this.#followItem();
  }

  async #followItem(): Promise<BuildStatus> {
    const { queueId } = this.#known;
    if (queueId === undefined) return await this.#confirm('Jenkins accepted the request but named no queue item');
    const step = await followItem(this.#session, this.#means.base, queueId, this.#wanted);
    switch (step.kind) {
      case 'gone':
        return await this.#confirm(step.reason);
      case 'status':
        await this.#keeper.change({ notFoundAt: undefined });
        return step.status;
      case 'build':
        await this.#keeper.change({ phase: 'running', number: step.number, notFoundAt: undefined });
        return await this.#followBuild();
    }
  }

  async #followBuild(): Promise<BuildStatus> {
    const { number } = this.#known;
    if (number === undefined) return await this.#followItem();
    const step = await followBuild(this.#session, { base: this.#means.base, job: this.#job, number }, this.#wanted);
    switch (step.kind) {
      case 'gone':
        return await this.#confirm(step.reason);
      case 'running':
        await this.#keeper.change({ notFoundAt: undefined });
        return runningStatus(step.build, this.#job, this.#means.clock.now());
      case 'finished': {
        await this.#keeper.change({ phase: 'finished', notFoundAt: undefined });
        const url = buildUrl(this.#job, number);
        const hasFailed = step.result !== 'SUCCESS';
        const log = hasFailed ? await readLogTail(this.#session, url, this.#means.tunables.log) : undefined;
        return finishedStatus(step.build, step.result, this.#job, log);
      }
    }
  }

  async #lookUp(): Promise<LookUpResult> {
    this.#lookedUp = true;
    return await lookUp(this.#session, this.#means.base, this.#job, this.#wanted);
  }

  async #judged(failure: JenkinsFailure): Promise<StepError> {
    const { clock, tunables, session } = this.#means;
    const refusedSince = this.#keeper.trace?.refusedSince;
    const found = { isKnown: this.#keeper.sent !== undefined, refusedSince, now: clock.now() };
    const verdict = judgeFailure(failure, found, tunables.refusalLimitMs);
    if (verdict.refusedSince !== undefined) await this.#keeper.refused(verdict.refusedSince);
    return new StepError(verdict.name, session.redact(verdict.message), { cause: failure.cause });
  }

  #now = () => this.#means.clock.now().toISOString();

  get #session(): JenkinsSession {
    return this.#means.session;
  }

  get #job(): JobPlace {
    return (this.#place ??= placeOfJob(this.#means.base, this.#request.job));
  }

  get #known(): BuildTrace {
    if (this.#keeper.trace === undefined) throw new JenkinsFailure('misconfigured', 'nothing has been requested yet');
    return this.#keeper.trace;
  }

  get #wanted(): RequestQuery {
    return {
      correlation: this.#request.correlation,
      names: this.#job.names,
      queueId: this.#keeper.sent?.queueId,
      firstPossibleNumber: this.#keeper.sent?.firstPossibleNumber,
      newestAtMs: this.#keeper.sent?.newestAtMs,
    };
  }
}
