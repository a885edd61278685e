/**
 * The form of all tests of faults: one claim, held against our own and against a faulty one. That the claim fails for a
 * model of the original, or for a variant with its fault, shows that it would see the fault in us.
 */
import { AssertionError } from 'node:assert';
import test, { type ExecutionContext } from 'ava';

/** What a fault is shown with. */
export interface Trial<Subject> {
  /** Throws an AssertionError when the subject has the fault, and another error when that cannot be tried. */
  claim(subject: Subject, t: ExecutionContext): void | Promise<void>;
  /** Makes the real thing. */
  ours(t: ExecutionContext): Subject | Promise<Subject>;
  /** Makes one that has the fault. */
  faulty(t: ExecutionContext): Subject | Promise<Subject>;
}

/**
 * Shows that we do not have a fault of the original.
 * @param row 1 to 24, as in `table.md`
 * @param words of that row, which the claim is about
 * @param title the claim, in the present tense
 */
export function fault<Subject>(row: number, _words: string, title: string, trial: Trial<Subject>): void {
  test(`fault ${row}: ${title}`, (t) => show(t, trial));
}

/** Holds the claim against both: ours has it, the faulty one is seen not to. */
export async function show<Subject>(t: ExecutionContext, trial: Trial<Subject>): Promise<void> {
  await trial.claim(await trial.ours(t), t);
  const subject = await trial.faulty(t);
  const failure = await t.throwsAsync(async () => trial.claim(subject, t), { instanceOf: AssertionError });
  t.log(`the faulty one: ${failure.message.replace(/\s+/g, ' ').slice(0, 120)}`);
}

/** What has to be so before a claim can be tried. @throws Error when it is not */
export function given(isSo: boolean, what: string): void {
  if (!isSo) throw new Error(`the trial does not begin as it should: ${what}`);
}
