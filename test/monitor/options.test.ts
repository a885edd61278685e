import test from 'ava';
import { createMonitor } from '../../src/monitor/monitor.ts';
import { type MonitorOptions, resolveOptions } from '../../src/monitor/options.ts';

const REFUSED: readonly (readonly [unknown, RegExp])[] = [
  [{ identity: 'a:b' }, /identity = "a:b": expected 1 to 255 bytes/],
  [{ clientPort: 65_536 }, /clientPort = "65536": expected a port from 1 to 65535/],
  [{ clientPort: -1 }, /clientPort = "-1"/],
  [{ clientAddresses: ['here'] }, /clientAddresses = "here": expected an IP address/],
  [{ udpPort: 1.5 }, /udpPort = "1.5": expected a port/],
  [{ inspect: 'perhaps' }, /inspect = "perhaps": expected yes or no/],
  [{ instancesMax: Number.NaN }, /instancesMax = "NaN"/],
  [{ udpPeers: [{ host: '', port: 8721 }] }, /udpPeers = ":8721": expected a host/],
  [{ udpPeers: [{ host: 'web-7', port: 0 }] }, /udpPeers = "web-7:0"/],
  [{ udpBroadcasts: [{ address: 'all' }, { interfaceName: 'a b' }] }, /udpBroadcasts = "a b"/],
  [
    { instanceTimeoutMsMin: 2_000, instanceTimeoutMsMax: 1_999 },
    /instanceTimeoutMsMin = 2000: expected at most instanceTimeoutMsMax, which is 1999/,
  ],
  [{ realm: 'a\nb' }, /realm = "a\\nb": expected 1 to 64 bytes/],
  [{ compatibility: 'no' }, /compatibility = "no": expected one of auto, on, off/],
  [
    { compatibility: 'on', keys: ['0123456789abcdef'] },
    /compatibility = on: expected auto or off with a key/,
  ],
  [
    { compatibility: 'on', realm: 'staging' },
    /compatibility = on: expected auto or off in a realm of another/,
  ],
  [{ keys: '0123456789abcdef' }, /^keys: expected an array$/],
  [{ realm: ['staging'] }, /^realm: expected one value$/],
  [{ keys: ['0123456789 abcdef'] }, /^keys: expected 16 to 255 printable ASCII characters(?!.*0123)/],
  [{ lifetime: 5 }, /lifetime: no such option/],
  [{ toString: 5 }, /toString: no such option/],
  [{ logLevel: 'debug' }, /logLevel: no such option/],
];

test('an option that is unknown or out of its range is a UsageError that says what was expected', (t) => {
  for (const [options, message] of REFUSED) {
    t.throws(() => createMonitor(options as MonitorOptions), { code: 'USAGE', message }, String(message));
  }
});

test('all that is wrong is told at once', (t) => {
  const options = { udpPort: -1, peersMax: 0, nonsense: true } as MonitorOptions;
  const message = /nonsense.*udpPort.*|nonsense.*peersMax.*/;
  const { message: told } = t.throws(() => createMonitor(options), { code: 'USAGE', message })!;
  for (const name of ['udpPort', 'peersMax', 'nonsense']) t.true(told.includes(name), told);
});

test('what is in its range is taken, and undefined is the default', (t) => {
  const accepted: readonly unknown[] = [
    {},
    { identity: undefined, clientPort: undefined, udpPort: undefined },
    { clientPort: 0 },
    { clientPort: 65_535, clientAddresses: ['0.0.0.0', '::'] },
    {
      udpPeers: [
        { host: 'fe80::7%eth0', port: 1 },
        { host: '192.0.2.7', port: 65_535 },
      ],
    },
    { udpBroadcasts: [{}, { interfaceName: 'eth0' }, { address: '192.0.2.255', interfaceName: 'eth0' }] },
    { instanceTimeoutMsMin: 2_000, instanceTimeoutMsMax: 2_000 },
    { realm: 'staging', keys: ['0123456789abcdef', 'fedcba9876543210'], compatibility: 'off' },
    { realm: 'default', keys: [], compatibility: 'on' },
  ];
  for (const options of accepted) t.notThrows(() => createMonitor(options as MonitorOptions));
});

test('a program opens no web port unless it gives one, or asks to be inspected', (t) => {
  const portOf = (options: MonitorOptions) => resolveOptions({ transports: [], ...options }).webPort;
  t.is(portOf({}), 0);
  t.is(portOf({ inspect: false }), 0);
  t.is(portOf({ inspect: true }), 8724);
  t.is(portOf({ webPort: 8080 }), 8080);
  t.is(portOf({ inspect: true, webPort: 8080 }), 8080);
  t.is(portOf({ inspect: true, webPort: 0 }), 0);
});
