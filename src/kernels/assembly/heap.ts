/** Adds a number to a heap of `size` numbers with the smallest one on top. */
export function siftUp<T>(heap: usize, size: i32, value: T): void {
  let place = size;
  while (place > 0) {
    const parent = (place - 1) >> 1;
    const above = load<T>(heap + <usize>parent * sizeof<T>());
    if (above <= value) break;
    store<T>(heap + <usize>place * sizeof<T>(), above);
    place = parent;
  }
  store<T>(heap + <usize>place * sizeof<T>(), value);
}

/** Replaces the smallest of `size` numbers. */
export function siftDown<T>(heap: usize, size: i32, value: T): void {
  let place = 0;
  for (;;) {
    let child = 2 * place + 1;
    if (child >= size) break;
    let below = load<T>(heap + <usize>child * sizeof<T>());
    if (child + 1 < size) {
      const other = load<T>(heap + (<usize>child + 1) * sizeof<T>());
      if (other < below) {
        below = other;
        child++;
      }
    }
    if (below >= value) break;
    store<T>(heap + <usize>place * sizeof<T>(), below);
    place = child;
  }
  store<T>(heap + <usize>place * sizeof<T>(), value);
}
