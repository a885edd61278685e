/** Every error that Vagus throws or returns is one of these; a message says where, what was found, what was expected. */

/** The root of all errors of Vagus. `code` is stable and made for programs, the message for people. */
export class VagusError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** A line of the configuration is wrong. */
export class ConfigError extends VagusError {
  readonly file: string;
  /** Counted from 1; 0 when the fault is not in one line. */
  readonly line: number;
  readonly key: string;

  constructor(place: { file: string; line: number; key: string }, fault: string) {
    super('CONFIG', `${place.file}${place.line > 0 ? `:${place.line}` : ''}: ${fault}`);
    this.file = place.file;
    this.line = place.line;
    this.key = place.key;
  }
}

/** The caller of the library made a mistake, such as an id with a colon. */
export class UsageError extends VagusError {
  constructor(message: string) {
    super('USAGE', message);
  }
}

/** A socket could not be opened. `cause` holds the system's error. */
export class TransportError extends VagusError {
  constructor(message: string, options?: ErrorOptions) {
    super('TRANSPORT', message, options);
  }
}
