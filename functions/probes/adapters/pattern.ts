import { runInNewContext } from 'node:vm';
import type { PatternTest } from '../domain/assertions';
import { codeOf } from './failure';

const longestMs = 100;

/** Runs a pattern in a context of its own, which can be ended: backtracking can take for ever. */
export const findPattern: PatternTest = (pattern, text) => {
  try {
    return runInNewContext('new RegExp(pattern, "u").test(text)', { pattern, text }, { timeout: longestMs }) === true;
  } catch (error) {
    if (codeOf(error) === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined;
    throw error;
  }
};
