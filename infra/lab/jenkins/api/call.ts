import type { BuildRecord } from '../model/build-record';
import type { Job } from '../model/job';
import type { QueueItem } from '../model/queue-item';
import type { QueueOutlook } from '../model/why';
import type { Permission } from './access';
import type { Bean } from './export/bean';
import { buildBean } from './export/build-bean';
import { itemBean } from './export/item-bean';
import { jobBean } from './export/job-bean';
import { writeJson } from './export/json';
import { treeOf, type Tree } from './export/tree';
import { Form } from './form';
import { lowerCased, Refusal, type HttpRequest, type HttpResponse } from './messages';
import { jenkinsPage, jettyError, methodNotAllowed, notFoundPage, oops, permissionMissing } from './pages/errors';
import type { Site } from './site';
import { uuid } from './tokens';

/** One request on its way through the routes, and what they answer it with. */
export class Call {
  readonly site: Site;
  readonly request: HttpRequest;
  readonly headers: Readonly<Record<string, string>>;
  readonly form: Form;
  /** `undefined`: no log-in is needed here. */
  user: string | undefined;

  constructor(site: Site, request: HttpRequest) {
    this.site = site;
    this.request = request;
    this.headers = lowerCased(request.headers);
    this.form = Form.of(request, this.headers['content-type'] ?? '');
  }

  /** As Jetty sees it, including what a proxy in front says that it was. */
  get origin(): string {
    const host = this.headers['x-forwarded-host'] ?? this.headers.host ?? 'jenkins.invalid';
    return `${this.headers['x-forwarded-proto'] ?? 'http'}://${host}`;
  }

  get rootUrl(): string {
    return this.site.rootUrl ?? `${this.origin}${this.site.contextPath}/`;
  }

  /** The absolute URL of a path below the root, for a `Location`. */
  location(path: string): string {
    return `${this.site.locationOrigin ?? this.origin}${this.site.contextPath}/${path}`;
  }

  json(bean: Bean): HttpResponse {
    const headers = { 'Content-Type': 'application/json;charset=utf-8', 'X-Jenkins': this.site.core.version };
    return { status: 200, headers, body: writeJson(bean, this.#tree()) };
  }

  /** A page for people. */
  page(page: { title: string; body: string }): HttpResponse {
    return jenkinsPage(this.site.core.version, 200, page);
  }

  job(job: Job): Bean {
    return jobBean(job, this.rootUrl, () => {
      const item = this.site.model.queue.live().find((queued) => queued.job === job);
      return item === undefined ? null : this.item(item);
    });
  }

  build(job: Job, build: BuildRecord): Bean {
    return buildBean(job, build, this.rootUrl);
  }

  item(item: QueueItem): Bean {
    return itemBean(item, this.#outlook(), this.rootUrl);
  }

  needs(permission: Permission): void {
    if (this.site.access.allows(permission)) return;
    throw new Refusal(permissionMissing(this.site.core.version, this.user ?? 'anonymous', permission));
  }

  /** 403 when one may know of the job but not see it, else 404: as if there were none. */
  needsToRead(job: Job): void {
    const { access } = this.site;
    if (access.allows('hudson.model.Item.Read')) return;
    if (!access.allows('hudson.model.Item.Discover')) throw this.notFound();
    throw this.refusal(403, `Please login to access job ${job.name}`);
  }

  needsPost(): void {
    if (this.request.method !== 'POST') throw new Refusal(methodNotAllowed(this.site.core.version));
  }

  notFound(): Refusal {
    return new Refusal(notFoundPage(this.site.core, this.#asked));
  }

  oops(): Refusal {
    return new Refusal(oops(this.site.core.version, uuid(this.site.random)));
  }

  /** An error of Jetty's, in the format that the client accepts. */
  refusal(status: number, message: string, headers?: Record<string, string>): Refusal {
    return new Refusal(jettyError(this.#asked, status, message, headers));
  }

  get #asked(): { accept: string; path: string } {
    return { accept: this.headers.accept ?? '', path: this.request.path };
  }

  #outlook(): QueueOutlook {
    const { clock, dispatcher } = this.site.model;
    return { now: clock.millis(), quieting: dispatcher.quieting };
  }

  #tree(): Tree | undefined {
    const text = this.form.first('tree');
    if (text === undefined) return undefined;
    try {
      return treeOf(text);
    } catch {
      throw this.oops();
    }
  }
}
