// What this process uses between two moments: CPU, memory allocated, writes to the store.
import { setTimeout as pause } from 'node:timers/promises';
import { GCProfiler } from 'node:v8';

const WRITES = new Set(['accept', 'commit', 'settle', 'put', 'remove']);

/** A store that counts what is written to it, by verb. */
export function counting(store, counts) {
  return new Proxy(store, {
    get(target, name) {
      const verb = target[name];
      if (typeof verb !== 'function') return verb;
      if (!WRITES.has(name)) return verb.bind(target);
      return (...args) => {
        counts[name] = (counts[name] ?? 0) + 1;
        return verb.apply(target, args);
      };
    },
  });
}

/** A meter of this process. `counts` is what {@link counting} fills; it starts from nothing each time. */
export function meter(counts = {}) {
  let begun;
  return {
    async begin() {
      await collect();
      for (const verb of Object.keys(counts)) delete counts[verb];
      const profiler = new GCProfiler();
      profiler.start();
      begun = { profiler, heap: heapUsed(), cpu: process.cpuUsage() };
    },
    async end() {
      const { user, system } = process.cpuUsage(begun.cpu);
      const heap = heapUsed();
      const freed = begun.profiler.stop().statistics.map(freedBy);
      const allocated = heap - begun.heap + freed.reduce((sum, bytes) => sum + bytes, 0);
      return { cpuUs: user + system, allocated, writes: { ...counts } };
    },
    /** Bytes, after everything that can be let go is let go. */
    async memory() {
      await collect();
      const { rss, heapUsed: heap } = process.memoryUsage();
      return { rss, heap };
    },
  };
}

function heapUsed() {
  return process.memoryUsage().heapUsed;
}

function freedBy({ beforeGC, afterGC }) {
  return beforeGC.heapStatistics.usedHeapSize - afterGC.heapStatistics.usedHeapSize;
}

async function collect() {
  for (let i = 0; i < 3; i += 1) {
    globalThis.gc?.();
    await pause(20);
  }
}
