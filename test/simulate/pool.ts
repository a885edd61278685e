/**
 * Work spread over processes, one for each core: a task is the name of a part and numbers; its result comes back as JSON.
 * Infinite numbers pass, since the processes speak by structured clone.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** One run of a row, which goes by its number. */
export interface Task {
  readonly part: string;
  readonly row: number;
  readonly index: number;
}

/** Runs tasks, those that come first first. @returns their results in the order of the tasks; rejects when one fails */
export async function runAll(tasks: readonly Task[], script: string): Promise<unknown[]> {
  const results: unknown[] = [];
  const queue = [...tasks.entries()];
  const workers = Math.min(availableParallelism(), tasks.length);
  await Promise.all(
    Array.from({ length: workers }, async () => {
      const worker = fork(script, ['--worker'], { serialization: 'advanced' });
      try {
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
          results[next[0]] = await runOn(worker, next[1]);
          console.error(`${tasks.length - queue.length} of ${tasks.length} are done or at work`);
        }
      } finally {
        worker.kill();
      }
    }),
  );
  return results;
}

function runOn(worker: ChildProcess, task: Task): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const failed = () => reject(new Error(`${task.part} ${task.index} failed`));
    worker.once('exit', failed);
    worker.once('message', (result) => {
      worker.off('exit', failed);
      resolve(result);
    });
    worker.send(task);
  });
}

/** Takes tasks until the process is ended. */
export function serve(run: (task: Task) => Promise<unknown>): void {
  process.on('message', (task: Task) => {
    void run(task).then((result) => process.send!(result));
  });
}
