import { NamedError } from '../../../../functions/shared/named-error';

/** What differs between releases of the core (FACTS.md, version map in section 14). */
export interface CoreFeatures {
  readonly version: string;
  /** 303 for a merged request, instead of 201. */
  readonly seeOtherOnMerge: boolean;
  /** 204, 404, 422 and 500 from `cancelItem`, instead of 302 always. */
  readonly cancelCodes: boolean;
  /** `/queue/item/N/` says something, instead of 404. */
  readonly itemPage: boolean;
  /** 400 for a job without parameters, instead of 500 with a stack trace. */
  readonly notParameterizedIs400: boolean;
  /** 409 for a disabled job, instead of 500. */
  readonly notBuildableIs409: boolean;
  /** A 404 page of Jenkins' own, with X-Jenkins, instead of Jetty's. */
  readonly notFoundIsOwnPage: boolean;
  /** The words of the page that is shown while Jenkins starts. */
  readonly startingWords: string;
}

export function coreFeatures(version: string): CoreFeatures {
  const number = parse(version);
  const since = (release: string): boolean => compare(number, parse(release)) >= 0;
  return {
    version,
    seeOtherOnMerge: since('2.308'),
    cancelCodes: since('2.211'),
    itemPage: since('2.469'),
    notParameterizedIs400: since('2.524'),
    notBuildableIs409: since('2.14'),
    notFoundIsOwnPage: since('2.421'),
    startingWords: since('2.477')
      ? 'Jenkins is getting ready to work'
      : 'Please wait while Jenkins is getting ready to work',
  };
}

function parse(version: string): number[] {
  if (!/^\d+(\.\d+)*$/.test(version)) {
    throw new NamedError('InvalidOption', `coreVersion is a release like 2.579, got "${version}"`, { fault: 'bug' });
  }
  return version.split('.').map(Number);
}

function compare(left: readonly number[], right: readonly number[]): number {
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
