import { Session } from 'node:inspector';
import type { Profiler } from 'node:inspector';

/**
 * How often functions of our own sources are called while something runs: the same number on every machine and under
 * every load, so that growth can be tested without a clock.
 */
export function callsDuring(run: () => void): number {
  const session = new Session();
  session.connect();
  try {
    session.post('Profiler.enable');
    session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
    // What was counted since the start is thrown away by taking it.
    taken(session);
    run();
    return taken(session)
      .filter(({ url }) => /\/(src|channels)\//.test(url) && !url.includes('node_modules'))
      .flatMap(({ functions }) => functions)
      .reduce((sum, { ranges }) => sum + (ranges[0]?.count ?? 0), 0);
  } finally {
    session.disconnect();
  }
}

function taken(session: Session): readonly Profiler.ScriptCoverage[] {
  let result: readonly Profiler.ScriptCoverage[] = [];
  session.post('Profiler.takePreciseCoverage', (error, coverage) => {
    if (error !== null) throw error;
    result = coverage.result;
  });
  return result;
}
