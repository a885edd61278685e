/** The host's addresses: what a scan tells, and what it survives. */
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import test from 'ava';
import { VirtualClock } from '../../src/time/virtual-clock.ts';
import { interfaceAddresses, interfaceAddresses$, SCAN_MS } from '../../src/transport/interfaces.ts';

test('the loopback address is one of the addresses, and internal', (t) => {
  const loopback = interfaceAddresses().find(({ address }) => address === '127.0.0.1');
  t.like(loopback, { family: 'IPv4', isInternal: true });
});

test('the addresses are told at once, and at each scan', (t) => {
  const clock = new VirtualClock();
  let scans = 0;
  const subscription = interfaceAddresses$(clock).subscribe(() => {
    scans += 1;
  });
  clock.advanceBy(0);
  t.is(scans, 1);
  clock.advanceBy(SCAN_MS - 1);
  t.is(scans, 1);
  clock.advanceBy(1);
  t.is(scans, 2);
  subscription.unsubscribe();
  clock.advanceBy(10 * SCAN_MS);
  t.is(scans, 2);
});

test.serial('a scan that fails, as one without descriptors does, is not the end of scanning', (t) => {
  const clock = new VirtualClock();
  const errors: unknown[] = [];
  let scans = 0;
  const next = () => {
    scans += 1;
  };
  interfaceAddresses$(clock).subscribe({ next, error: (error) => errors.push(error) });
  clock.advanceBy(0);
  const { networkInterfaces } = os;
  os.networkInterfaces = () => {
    throw new Error('uv_interface_addresses returned EMFILE');
  };
  syncBuiltinESMExports();
  clock.advanceBy(SCAN_MS);
  os.networkInterfaces = networkInterfaces;
  syncBuiltinESMExports();
  clock.advanceBy(SCAN_MS);
  t.deepEqual(errors, []);
  t.is(scans, 2);
});
