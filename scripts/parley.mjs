#!/usr/bin/env node
// The command line. In a checkout whose sources are newer than the build, it builds first.
import { buildIfStale } from './build.mjs';

await buildIfStale();
const { main } = await import('../dist/bundle/main.js');
process.exitCode = await main(process.argv.slice(2));
