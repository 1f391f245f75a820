// The program that served the captures node-datadog.* and node-pprof.*: the same work, profiled by two packages of npm, one process for each.
// `node main.js PORT datadog|pprof`; ../../README.md has the commands.
'use strict';

const http = require('node:http');
const zlib = require('node:zlib');
const { createHash } = require('node:crypto');

const [port, which] = process.argv.slice(2);
const isDatadog = which === 'datadog';
const profiler = require(isDatadog ? '@datadog/pprof' : 'pprof');
profiler.heap.start(64 * 1024, 64);

const orders = new Map();

function take(tenant, number) {
  const lines = Array.from({ length: 1 + (number % 40) }, (_, i) => ({ article: `article-${i}`, count: i }));
  return { customer: `${tenant}-${number}`, lines };
}

function pack(order) {
  const plain = JSON.stringify(order);
  return { hash: createHash('sha256').update(plain).digest('hex'), packed: zlib.deflateSync(plain) };
}

function forget() {
  for (const key of [...orders.keys()].sort().slice(0, 1000)) {
    orders.delete(key);
  }
}

function work(tenant, number) {
  if (isDatadog && profiler.time.isStarted()) {
    profiler.time.setContext({ tenant, attempt: number % 3 });
  }
  for (let i = 0; i < 20; i++) {
    const order = take(tenant, number + i);
    orders.set(order.customer, [order, pack(order)]);
  }
  if (orders.size > 3000) {
    forget();
  }
  setTimeout(work, 3, tenant, number + 20);
}

for (const tenant of ['north', 'south', 'west']) {
  setTimeout(work, 1, tenant, 0);
}

async function time(seconds) {
  const durationMillis = seconds * 1000;
  if (!isDatadog) {
    return profiler.time.profile({ durationMillis, intervalMicros: 10_000 });
  }
  profiler.time.start({ durationMillis, intervalMicros: 10_000, withContexts: true, collectCpuTime: true, lineNumbers: false });
  await new Promise((resolve) => setTimeout(resolve, durationMillis));
  return profiler.time.stop(false, ({ context }) => context?.context ?? {});
}

http.createServer(async (request, response) => {
  const url = new URL(request.url, 'http://localhost');
  const profile = url.pathname.endsWith('/heap') ? profiler.heap.profile() : await time(Number(url.searchParams.get('seconds') ?? 2));
  response.end(await profiler.encode(profile));
}).listen(Number(port), '127.0.0.1');
