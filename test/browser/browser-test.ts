/**
 * A test with a real browser, headless, and with real monitors on loopback. Where there is no Chromium the test is
 * skipped, and says why; in CI it fails instead, so that CI cannot lose it without a word.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { chromium, type Page } from 'playwright-core';
import { directoryWith, Running } from '../cli/vagus.ts';
import { freePort } from '../support/free-port.ts';
import { TcpClient } from '../support/tcp-client.ts';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const PROGRAM = fileURLToPath(new URL('../../dist/vagus.cjs', import.meta.url));

/** It runs as root in CI, and asks nobody for anything. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Two monitors that know each other, and a page. */
export interface Scene {
  readonly page: Page;
  readonly here: Host;
  readonly there: Host;
  /** All that went wrong on the page, and all that it asked of anybody else. */
  readonly faults: string[];
}

/** A real monitor that is inspected. */
export class Host {
  /** Where its overview is. */
  readonly root: string;
  /** Where its inspector is. */
  readonly url: string;
  readonly #t: ExecutionContext;
  readonly #cwd: string;
  readonly #clientPort: number;
  #process: Running | undefined;

  constructor(
    t: ExecutionContext,
    name: string,
    ports: { client: number; udp: number; web: number; peer: number },
  ) {
    const config = [
      `[main]\nidentity = ${name}\nclient-port = ${ports.client}\nannouncement-interval-max = 1000`,
      `[udp]\nport = ${ports.udp}\npeer = 127.0.0.1:${ports.peer}\n[tcp]\nport = 0`,
      `[web]\nport = ${ports.web}\n`,
    ];
    this.root = `http://localhost:${ports.web}/`;
    this.url = `${this.root}inspector`;
    this.#t = t;
    this.#cwd = directoryWith(t, { 'vagus.ini': config.join('\n') });
    this.#clientPort = ports.client;
  }

  async start(): Promise<void> {
    this.#process = new Running(this.#t, [process.execPath, PROGRAM, 'run', '--inspect'], this.#cwd);
    await this.#process.writes('this monitor is');
  }

  /** Ends it without a word. */
  async kill(): Promise<void> {
    this.#process!.process.kill('SIGKILL');
    await this.#process!.ended();
  }

  /** Keeps it from doing anything, as a host does that lost its power: nobody refuses what is sent to it. */
  freeze(): void {
    this.#process!.process.kill('SIGSTOP');
  }

  /** Says a line of the text protocol. */
  async say(line: string): Promise<void> {
    const client = await TcpClient.connect(this.#clientPort);
    await client.ask(line);
    client.close();
  }
}

/** A test in a scene. */
export function browserTest(title: string, run: (t: ExecutionContext, scene: Scene) => Promise<void>): void {
  if (existsSync(CHROMIUM)) test(title, (t) => play(t, run));
  else if (process.env.CI === 'true')
    test(title, (t) => t.fail(`cannot run, and must in CI: no ${CHROMIUM}`));
  else test.skip(`${title} (skipped: there is no ${CHROMIUM})`, () => {});
}

async function play(t: ExecutionContext, run: (t: ExecutionContext, scene: Scene) => Promise<void>) {
  const ports: number[] = [];
  for (let index = 0; index < 6; index += 1) ports.push(await freePort());
  const [clientA, udpA, webA, clientB, udpB, webB] = ports as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const here = new Host(t, 'here', { client: clientA, udp: udpA, web: webA, peer: udpB });
  const there = new Host(t, 'there', { client: clientB, udp: udpB, web: webB, peer: udpA });
  await Promise.all([here.start(), there.start()]);
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  t.teardown(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1_200, height: 1_000 } });
  page.setDefaultTimeout(20_000);
  const faults = faultsOf(page, here.url);
  await page.goto(here.url);
  await run(t, { page, here, there, faults });
}

function faultsOf(page: Page, url: string): string[] {
  const faults: string[] = [];
  const { host } = new URL(url);
  page.on('console', (message) => {
    if (message.type() !== 'log') faults.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', ({ message }) => faults.push(`error: ${message}`));
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  const ask = (asked: string) => {
    if (new URL(asked).host !== host) faults.push(`asks ${asked}`);
  };
  page.on('request', (request) => ask(request.url()));
  page.on('websocket', (socket) => ask(socket.url()));
  return faults;
}
