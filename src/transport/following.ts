/**
 * How a transport follows what changes around it (interfaces, names, its configuration): one change after the other, from
 * its opening to its end, the first one before it is said to be open.
 */
import { concatMap, firstValueFrom, type Observable, Subject, share, takeUntil } from 'rxjs';
import type { InterfaceAddress } from './interfaces.ts';

/** Follows streams until it is closed. */
export class Following {
  readonly #closed = new Subject<void>();
  #isClosed = false;

  /** Takes each value of a stream, and waits for it before the next one. @returns when the first one was taken */
  async each<T>(values$: Observable<T>, take: (value: T) => Promise<void>): Promise<void> {
    if (this.#isClosed) return;
    const taken$ = values$.pipe(takeUntil(this.#closed), concatMap(take), takeUntil(this.#closed), share());
    const first = firstValueFrom(taken$, { defaultValue: undefined });
    taken$.subscribe({ error: () => {} }); // told to whoever waits for the first one
    await first;
  }

  close(): void {
    this.#isClosed = true;
    this.#closed.next();
    this.#closed.complete();
  }
}

/** The interfaces that are configured, and whether they are there with an address of a family that is of use. */
export function interfacesIn<Form extends { readonly interfaceName?: string }>(
  forms: readonly Form[],
  addresses: readonly InterfaceAddress[],
  familyOf: (form: Form) => 'IPv4' | 'IPv6',
): readonly { readonly destination: string; readonly fault: string | undefined }[] {
  return forms.flatMap((form) => {
    const { interfaceName: name } = form;
    if (name === undefined) return [];
    const isThere = addresses.some((own) => own.interfaceName === name && own.family === familyOf(form));
    return [{ destination: `${familyOf(form)} of interface ${name}`, fault: isThere ? undefined : 'ENODEV' }];
  });
}
