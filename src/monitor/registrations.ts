/** The instances that live in this process, by id: each once. */
import { UsageError } from '../model/errors.ts';
import { type InstanceOptions, Registration, type RegistrationContext } from './registration.ts';

/** All registrations of one monitor. */
export class Registrations {
  readonly #context: Omit<RegistrationContext, 'release'>;
  readonly #byKey = new Map<string, Registration>();

  constructor(context: Omit<RegistrationContext, 'release'>) {
    this.#context = context;
  }

  /** @throws UsageError when a name or a time is out of its range, or the id is registered already */
  register(options: InstanceOptions): Registration {
    const key = `${options.cluster}:${options.id}`;
    if (this.#byKey.has(key)) throw new UsageError(`instance ${key} is registered already`);
    const release = () => this.#byKey.delete(key);
    const registration = new Registration(options, { ...this.#context, release });
    this.#byKey.set(key, registration);
    registration.keepAlive();
    return registration;
  }

  withdrawAll(): void {
    for (const registration of this.#byKey.values()) registration.withdraw();
  }
}
