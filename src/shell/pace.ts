/**
 * The rate of a job in the second half of its time until now, which tells how long the rest takes: the first part of a job is
 * often slower or faster.
 */
export class Pace {
  /** What had been done at some times, the last one before the second half first. */
  private readonly marks: { readonly time: number; readonly done: number }[];

  /** @param start the time in milliseconds when nothing was done. */
  constructor(private readonly start: number) {
    this.marks = [{ time: start, done: 0 }];
  }

  /** Notes what is done at a later time, and returns the rate per second. */
  rate(time: number, done: number): number {
    const { marks, start } = this;
    const half = (start + time) / 2;
    while (marks.length > 1 && marks[1].time <= half) marks.shift();
    const [since] = marks;
    marks.push({ time, done });
    return (1000 * (done - since.done)) / (time - since.time);
  }
}
