// Waiting for a value, as those who wait for one must: until it is there, however often they are woken before.

const wait = Atomics.wait;

/**
 * `Atomics.wait` that goes on waiting where it is woken while the value is still the same.
 *
 * Miniflare's answers to synchronous calls (`d1.prepare()` is one) come from a thread that stores 1 and then notifies.
 * Who saw the 1 at once may be waiting for the next answer when that notification comes, wakes for nothing and fails an
 * assertion (`false == true`), and so does every call after it. On a busy machine that happens.
 */
export function waitUntilChanged(array, index, value, timeout) {
  for (;;) {
    const how = wait(array, index, value, timeout);
    if (how !== "ok" || timeout !== undefined || Atomics.load(array, index) !== value) return how;
  }
}

Atomics.wait = waitUntilChanged;
