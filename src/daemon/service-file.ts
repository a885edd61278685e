/** Puts a unit where systemd looks for it, and tells beforehand whether the service's user can reach the program. */
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Where `PrivateTmp=yes` shows an empty directory. */
const HIDDEN = /^\/(?:var\/)?tmp\//;

/**
 * Why a user who owns nothing cannot read a file, or undefined when he can.
 * @param path absolute
 */
export function obstacleTo(path: string): string | undefined {
  const closed = ancestorsOf(path).find((directory) => !allows(directory, 0o001));
  if (closed) return `${path}: ${closed} is closed to other users, and the service's user is one of them`;
  if (!existsSync(path)) return `${path}: is not there`;
  if (!allows(path, 0o004)) return `${path}: only its owner may read it; try chmod o+r`;
  return HIDDEN.test(path)
    ? `${path}: the service has a /tmp of its own, and does not see this one`
    : undefined;
}

/**
 * Writes a unit, in one step. Another one of its name is left as it is.
 * @returns what was found or done
 * @throws Error of node:fs when the directory is missing or cannot be written
 */
export function placeUnit(path: string, text: string): 'written' | 'same' | 'differs' {
  if (existsSync(path)) return readFileSync(path, 'utf8') === text ? 'same' : 'differs';
  const draft = `${path}.new`;
  writeFileSync(draft, text);
  renameSync(draft, path);
  return 'written';
}

/** Whether a file grants something to everybody; one that is not there forbids nothing. */
function allows(path: string, mode: number): boolean {
  const { mode: granted = mode } = statSync(path, { throwIfNoEntry: false }) ?? {};
  return (granted & mode) !== 0;
}

/** The directories above a path, the root first: below a closed one nobody may ask. */
function ancestorsOf(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === path ? [] : [...ancestorsOf(parent), parent];
}
