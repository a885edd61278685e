/**
 * The unit that makes a monitor a service of systemd, as text: who runs it, what it may do, when it is started again.
 * It knows no files; where the program lies is told to it. What the lines are for is said in the unit itself, since
 * that is where an operator reads it.
 */

/** What the service runs. All paths are absolute. */
export interface ServiceProgram {
  /** The program node. */
  readonly node: string;
  /** The command `vagus`, as one file that node runs. */
  readonly program: string;
  /** The configuration; default: /etc/vagus.ini, if it is there. */
  readonly configFile: string | undefined;
}

/** A smaller young generation: what it saves is told in `heap.ts`. `npm start` has it too. */
export const NODE_FLAGS = ['--max-semi-space-size=4'] as const;

/** systemd starts a monitor anew that was silent for so long, s. Each word costs a process: see `systemd.ts`. */
const WATCHDOG_S = 30;

/** More than `connections-max` allows by default on both loopback addresses. */
const OPEN_FILES_MAX = 65_536;

/** Where `ProtectHome=yes` shows nothing. */
const HOMES = /^\/(?:home|root|run\/user)\//;

/** The text of vagus.service. */
export function serviceUnit({ node, program, configFile }: ServiceProgram): string {
  const named = configFile === undefined ? [] : ['--config-file', configFile];
  const args = [...NODE_FLAGS, program, 'run', ...named].map(argument);
  const isAtHome = [node, program, ...named].some((path) => HOMES.test(path));
  return `${START}
# A file that is named in ExecStart must be there; vagus.ini in the working directory need not.
WorkingDirectory=/etc
ExecStart=${[word(node), ...args].join(' ')}
ProtectHome=${isAtHome ? 'read-only' : 'yes'}
${REST}`;
}

/** An argument: as a word, and a `$` is no variable. */
function argument(text: string): string {
  return word(text).replaceAll('$', '$$$$');
}

/** A word of a command line in a unit (systemd.syntax(7)): quoted where it must be, a `%` doubled. */
function word(text: string): string {
  const plain = text.replaceAll('%', '%%');
  return /^[\w/.:@+=,$%-]+$/.test(plain)
    ? plain
    : `"${plain.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}

const START = `[Unit]
Description=Vagus, a monitor that tells who is alive
# For the end more than for the start: the network is still there when it says what has gone.
After=network.target
# It is started again for ever: a port that is taken, an address that is not there yet may be free or there later.
StartLimitIntervalSec=0

[Service]
Type=notify
# The words come from systemd-notify, a child of the main process.
NotifyAccess=all
WatchdogSec=${WATCHDOG_S}`;

const REST = `ExecReload=/bin/kill -HUP $MAINPID
Restart=always
RestartSec=1
# 1: the configuration is wrong, which another start does not mend.
RestartPreventExitStatus=1
TimeoutStopSec=10
LimitNOFILE=${OPEN_FILES_MAX}
# When memory is short, who tells of the others goes late.
OOMScoreAdjust=-500

# A user that exists while the service runs: it owns no file, and writes none.
DynamicUser=yes
UMask=0077
NoNewPrivileges=yes
# No capabilities: ports below 1024 are refused.
CapabilityBoundingSet=
ProtectSystem=strict
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
# AF_NETLINK lists the network interfaces, AF_UNIX reaches systemd.
RestrictAddressFamilies=AF_INET AF_INET6 AF_NETLINK AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
# Not MemoryDenyWriteExecute: V8 compiles while it runs.

[Install]
WantedBy=multi-user.target
`;
