// Times distribution as WebAssembly in Node, one JSON document a size and objective, as `posada-bench native` does.
//
// node in_node.mjs <module that wasm-bindgen wrote for Node>
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const PASSES = 5;
const OBJECTIVES = ['even', 'cheapest', 'fewest_rooms'];
const { Instances, sizes } = createRequire(import.meta.url)(resolve(process.argv[2]));

for (let size = 0; size < sizes(); size += 1) {
  const instances = new Instances(size);
  for (const [number, objective] of OBJECTIVES.entries()) {
    const times = Array.from({ length: instances.count() }, () => []);
    const prices = [];
    for (let pass = 0; pass < PASSES; pass += 1) {
      for (let at = 0; at < times.length; at += 1) {
        const start = process.hrtime.bigint();
        const price = instances.solve(at, number);
        times[at].push(Number(process.hrtime.bigint() - start));
        prices[at] = price;
      }
    }
    const median = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];
    console.log(JSON.stringify({ size, objective, times_ns: times.map(median), prices }));
  }
}
