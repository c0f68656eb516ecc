// Tasks of a page's main thread that take long, and what they are made of.

// The browser's own list, from 50 ms on. `window.__tasks`: { at, ms }.
export const LONG_TASKS = `(() => {
  const tasks = window.__tasks = [];
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) tasks.push({ at: startTime, ms: duration });
  }).observe({ type: 'longtask', buffered: true });
})()`;

const OUTER = 4;

// Does `work` with the browser's profiler on, which makes everything slower: to find causes, not to take figures. Returns
// `(task) => words`: the calls that took most of a task, innermost first.
export async function profiled(page, work) {
  await page.send('Performance.enable');
  await page.send('Profiler.enable');
  await page.send('Profiler.setSamplingInterval', { interval: 500 });
  await page.send('Profiler.start');
  await work();
  const { profile } = await page.send('Profiler.stop');
  const { metrics } = await page.send('Performance.getMetrics');
  const navigation = metrics.find(({ name }) => name === 'NavigationStart').value * 1000;
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  for (const node of profile.nodes) for (const child of node.children ?? []) nodes.get(child).parent = node;
  const name = ({ callFrame: { functionName, lineNumber, url } }) => functionName || `${url.split('/').at(-1)}:${lineNumber}`;
  const stack = (node) => {
    const names = [];
    for (let at = node; at.parent && names.length < OUTER; at = at.parent) names.push(name(at));
    return names.join(' < ');
  };
  return ({ at, ms }) => {
    const took = new Map();
    let now = profile.startTime;
    profile.samples.forEach((id, nth) => {
      now += profile.timeDeltas[nth];
      const since = now / 1000 - navigation - at;
      if (since < 0 || since > ms) return;
      const called = stack(nodes.get(id));
      took.set(called, (took.get(called) ?? 0) + profile.timeDeltas[nth] / 1000);
    });
    const most = [...took].sort(([, one], [, other]) => other - one).slice(0, 6);
    return most.map(([called, each]) => `${each.toFixed(0)} ms ${called}`).join('; ');
  };
}
