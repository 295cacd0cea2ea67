// Before the tests: seeds one store with demo data and starts the built server on a copy of it for every project.
// After the tests: stops the servers. Each address is handed to the workers in the environment (`addressOf`).

import { type FullConfig } from '@playwright/test';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, openSync, closeSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The password of every demo account. */
export const PASSWORD = 'Jiaxiang-2026';

const target = resolve(__dirname, '..', process.env.CARGO_TARGET_DIR ?? 'target');
const binary = resolve(process.env.HOMETOWN_BINARY ?? join(target, 'debug/hometown'));
const site = resolve(process.env.LEPTOS_SITE_ROOT ?? join(__dirname, '../target/site'));

/** Where the server of a project listens, as `http://127.0.0.1:PORT`. */
export function addressOf(project: string): string {
  return told(`HOMETOWN_END2END_${project}`);
}

/** Runs a word of the command line beside the server of a project, such as `account reset KEY`; returns what it prints. */
export function command(project: string, ...words: string[]): string {
  const store = told(`HOMETOWN_END2END_STORE_${project}`);
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
  return execFileSync(binary, words, { cwd: store, env: environment(store, 0), stdio, encoding: 'utf8' }).trim();
}

function told(key: string): string {
  const value = process.env[key];
  if (!value) throw new Error(`no server was started: ${key} is not set`);
  return value;
}

export default async function start(config: FullConfig): Promise<() => Promise<void>> {
  for (const path of [binary, site]) {
    if (!existsSync(path)) throw new Error(`${path} is missing: run \`make end2end\``);
  }
  const folder = mkdtempSync(join(tmpdir(), 'hometown-end2end-'));
  // A killed run leaves no server behind.
  process.on('SIGTERM', () => process.exit(143));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const servers: Server[] = [];
  const stop = async () => {
    const complaints = await Promise.all(servers.map((server) => server.stop()));
    rmSync(folder, { recursive: true, force: true });
    const said = complaints.filter(Boolean);
    if (said.length > 0) throw new Error(said.join('\n'));
  };
  try {
    const seeded = join(folder, 'seeded');
    mkdirSync(join(seeded, 'files'), { recursive: true });
    await seed(seeded);
    for (const { name } of config.projects) {
      const store = join(folder, name);
      cpSync(seeded, store, { recursive: true });
      const server = await Server.start(store);
      servers.push(server);
      process.env[`HOMETOWN_END2END_${name}`] = server.address;
      process.env[`HOMETOWN_END2END_STORE_${name}`] = store;
    }
  } catch (error) {
    await stop().catch(() => {});
    throw error;
  }
  return stop;
}

/** The caller's own settings must not reach the test servers. */
function environment(store: string, port: number): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([key]) => !key.startsWith('HOMETOWN_'));
  return {
    ...Object.fromEntries(inherited),
    HOMETOWN_DATABASE_URL: `sqlite://${store}/hometown.db`,
    HOMETOWN_FILES: `${store}/files`,
    // However full the disk of whoever runs the tests is.
    HOMETOWN_FILES_DISK_PERCENT: '100',
    HOMETOWN_ADDRESS: `127.0.0.1:${port}`,
    HOMETOWN_PUBLIC_URL: `http://127.0.0.1:${port}`,
    // Whoever likes binds a phone; nobody must.
    HOMETOWN_SECOND_FACTOR_KEY: '0123456789abcdef'.repeat(4),
    LEPTOS_SITE_ROOT: site,
  };
}

function seed(store: string): Promise<void> {
  const child = spawn(binary, ['seed', '--demo', '--password', PASSWORD], {
    cwd: store,
    env: environment(store, 0),
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 300_000,
  });
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('exit', (code, signal) => (code === 0 ? done() : failed(new Error(`seed ended with ${code ?? signal}`))));
  });
}

class Server {
  private constructor(
    readonly address: string,
    private readonly child: ChildProcess,
    private readonly log: string,
  ) {}

  static async start(store: string): Promise<Server> {
    const port = await freePort();
    const log = join(store, 'server.log');
    const output = openSync(log, 'w');
    const child = spawn(binary, ['serve'], {
      cwd: store,
      env: environment(store, port),
      stdio: ['ignore', output, output],
    });
    closeSync(output);
    let failure: Error | undefined;
    child.on('error', (error) => (failure = error));
    process.on('exit', () => child.kill('SIGKILL'));

    const server = new Server(`http://127.0.0.1:${port}`, child, log);
    const deadline = Date.now() + 60_000;
    // The server names its address when it is ready.
    while (!server.said().includes(`127.0.0.1:${port}`)) {
      if (failure) throw failure;
      if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
        child.kill('SIGKILL');
        throw new Error(`the server did not start:\n${server.said()}`);
      }
      await pause(50);
    }
    return server;
  }

  private said(): string {
    return readFileSync(this.log, 'utf8');
  }

  /** Stops the server; returns what should not have happened while it ran. */
  async stop(): Promise<string> {
    const early = this.child.exitCode ?? this.child.signalCode;
    const deadline = Date.now() + 10_000;
    this.child.kill('SIGTERM');
    while (this.child.exitCode === null && this.child.signalCode === null) {
      if (Date.now() > deadline) this.child.kill('SIGKILL');
      await pause(50);
    }
    if (early !== null) return `the server ended during the tests (${early}):\n${this.said().slice(-4000)}`;
    // A page whose reader is killed while it is drawn is taken down under its own signals: reactive_graph says so by a panic
    // that ends the answer nobody reads. Every other one counts.
    const isOfPage = /panicked at \S*\/reactive_graph-[^/]*\/src\/traits\.rs/;
    const lines = this.said().split('\n');
    const panic = lines.findIndex((line) => line.includes('panicked at') && !isOfPage.test(line));
    return panic < 0 ? '' : `the server panicked:\n${lines.slice(panic, panic + 30).join('\n')}`;
  }
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.on('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === 'object' ? done(address.port) : failed(new Error('no port'))));
    });
  });
}

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));
