/**
 * Programs of a bench in processes of their own, so that the load shares no event loop with what is measured, nor with
 * who measures. A worker serves procedures; whoever started it calls them.
 */
import type { ChildProcess } from 'node:child_process';

/** What a worker can be asked to do, by name; a procedure takes one argument or none. */
export type Procedures = Readonly<Record<string, (argument: never) => unknown>>;

interface Call {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/**
 * Answers calls, in the worker's process, which ends with its parent. What it does not know is left to others on the same
 * channel: probe.cjs speaks the same way.
 */
export function serve(procedures: Procedures): void {
  process.on('message', async ({ id, name, argument }: Call) => {
    const procedure = procedures[name];
    if (procedure === undefined) return;
    try {
      process.send!({ id, result: await procedure(argument as never) } satisfies Answer);
    } catch (error) {
      process.send!({ id, error: String((error as Error).stack) } satisfies Answer);
    }
  });
  process.once('disconnect', () => process.exit());
  process.channel!.ref(); // which the probe has undone
  process.send!('ready');
}

/** The other end: calls the procedures of a process that serves them. */
export class Caller<P extends Procedures> {
  readonly process: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #calls = 0;

  constructor(process: ChildProcess) {
    this.process = process;
    process.on('message', (answer: Answer) => this.#waiting.get(answer.id)?.(answer));
    process.once('exit', (code, signal) => {
      for (const id of this.#waiting.keys())
        this.#waiting.get(id)!({ id, error: `the process ended with ${code ?? signal}` });
    });
  }

  /** @throws Error what the procedure threw, or that the process has ended */
  call<N extends keyof P & string>(
    name: N,
    ...[argument]: Parameters<P[N]>
  ): Promise<Awaited<ReturnType<P[N]>>> {
    this.#calls += 1;
    const id = this.#calls;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ error, result }) => {
        this.#waiting.delete(id);
        if (error === undefined) resolve(result as Awaited<ReturnType<P[N]>>);
        else reject(new Error(`${name}: ${error}`));
      });
      this.process.send({ id, name, argument } satisfies Call);
    });
  }
}
