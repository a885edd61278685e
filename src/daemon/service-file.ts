/** Puts a unit where systemd looks for it, and tells beforehand whether the service's user can reach the program. */
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Where `PrivateTmp=yes` shows an empty directory. */
const HIDDEN = /^\/(?:var\/)?tmp\//;

/**
 * Why a user who owns nothing cannot read a file, or undefined when he can.
 * @param path absolute
 */
export function obstacleTo(path: string): string | undefined {
  const file = statSync(path, { throwIfNoEntry: false });
  if (file === undefined) return `${path}: is not there`;
  if ((file.mode & 0o004) === 0) return `${path}: only its owner may read it; try chmod o+r`;
  const closed = ancestorsOf(path).find((directory) => (statSync(directory).mode & 0o001) === 0);
  if (closed) return `${path}: ${closed} is closed to other users, and the service's user is one of them`;
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
  const found = readIfThere(path);
  if (found !== undefined) return found === text ? 'same' : 'differs';
  const draft = `${path}.new`;
  try {
    writeFileSync(draft, text, { mode: 0o644 });
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
  return 'written';
}

function readIfThere(path: string): string | undefined {
  return statSync(path, { throwIfNoEntry: false }) && readFileSync(path, 'utf8');
}

function ancestorsOf(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === path ? [] : [...ancestorsOf(parent), parent];
}
