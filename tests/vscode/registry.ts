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
  /** What it says of the pulls that are left, if anything. */
  quota: { readonly limit: number; readonly remaining: number } | undefined;
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
        forward(incoming, answer, { behind, headers: registry.#headers() });
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

  /** What a tag stands for, asked without Tagwise. */
  async digest(repository: string, tag: string): Promise<string> {
    const answer = await this.#manifest(repository, tag);
    const digest = answer.headers.get('docker-content-digest');
    if (digest === null) {
      throw new Error(`the registry says no digest: ${answer.status.toString()}`);
    }
    return digest;
  }

  /** Have a tag stand for what another stands for. */
  async move(repository: string, tag: string, to: string): Promise<void> {
    const answer = await this.#manifest(repository, to);
    const put = await fetch(`${this.url}/v2/${repository}/manifests/${tag}`, {
      method: 'PUT',
      headers: { 'Content-Type': answer.headers.get('content-type') ?? '' },
      body: await answer.arrayBuffer(),
    });
    if (put.status !== 201) {
      throw new Error(`the tag was not moved: ${put.status.toString()}`);
    }
  }

  #manifest(repository: string, tag: string): Promise<Response> {
    return fetch(`${this.url}/v2/${repository}/manifests/${tag}`, {
      headers: { Accept: 'application/vnd.oci.image.index.v1+json' },
    });
  }

  #headers(): Readonly<Record<string, string>> {
    const { quota } = this;
    return quota === undefined
      ? {}
      : {
          'ratelimit-limit': `${quota.limit.toString()};w=21600`,
          'ratelimit-remaining': `${quota.remaining.toString()};w=21600`,
        };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGINT');
    await ended;
  }
}

function forward(
  incoming: IncomingMessage,
  answer: ServerResponse,
  { behind, headers }: { behind: string; headers: Readonly<Record<string, string>> },
): void {
  const options = { method: incoming.method ?? 'GET', headers: incoming.headers };
  const onward = request(new URL(incoming.url ?? '/', behind), options, (response) => {
    answer.writeHead(response.statusCode ?? 502, { ...response.headers, ...headers });
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
