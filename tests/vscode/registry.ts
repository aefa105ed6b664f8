/** The embedded registry, behind a counter of the requests it gets. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';

export class CountedRegistry {
  readonly url: string;
  /** What was asked, such as `HEAD /v2/library/python/manifests/3.12-slim`. */
  readonly asked: string[];
  /** Milliseconds that each blob waits for before it is given. */
  delay = 0;
  readonly #server: Server;
  readonly #child: ChildProcess;

  private constructor(url: string, asked: string[], server: Server, child: ChildProcess) {
    this.url = url;
    this.asked = asked;
    this.#server = server;
    this.#child = child;
  }

  static async start(python: string): Promise<CountedRegistry> {
    const child = spawn(python, ['-m', 'tagwise', 'demo', '--serve'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, PYTHONUNBUFFERED: '1' },
    });
    const behind = await addressIn(child);
    const asked: string[] = [];
    const server = createServer((incoming, answer) => {
      asked.push(`${incoming.method ?? ''} ${incoming.url ?? ''}`);
      const isBlob = incoming.url?.includes('/blobs/') === true;
      setTimeout(() => {
        forward(incoming, answer, behind);
      }, isBlob ? registry.delay : 0);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') {
      throw new Error('the counter does not listen');
    }
    const url = `http://127.0.0.1:${address.port.toString()}`;
    const registry = new CountedRegistry(url, asked, server, child);
    return registry;
  }

  get host(): string {
    return new URL(this.url).host;
  }

  /** The settings that make the registries people write resolve to this one. */
  settings(): Readonly<Record<string, unknown>> {
    const standsIn = { mirrors: [this.url], upstream: false };
    return { 'tagwise.registries': { 'docker.io': standsIn, 'ghcr.io': standsIn } };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGINT');
    await ended;
  }
}

function forward(incoming: IncomingMessage, answer: ServerResponse, behind: string): void {
  const options = { method: incoming.method ?? 'GET', headers: incoming.headers };
  const onward = request(new URL(incoming.url ?? '/', behind), options, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  onward.on('error', () => answer.destroy());
  incoming.pipe(onward);
}

function addressIn(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const found = /answers at (http:\/\/\S+?),/.exec(text)?.[1];
      if (found !== undefined) {
        resolve(found);
      }
    });
    child.once('exit', () => {
      reject(new Error(`the registry did not start: ${text}`));
    });
  });
}
