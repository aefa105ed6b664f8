/** A real engine, asked without Tagwise: over its own API. */
import { existsSync } from 'node:fs';
import { request } from 'node:http';

export class Engine {
  readonly address: string;

  constructor(address: string) {
    this.address = address;
  }

  async has(reference: string): Promise<boolean> {
    return (await this.#ask('GET', `/images/${reference}/json`)).status === 200;
  }

  /** Pull without Tagwise. */
  async pull(reference: string): Promise<void> {
    const { status, text } = await this.#ask('POST', `/images/create?fromImage=${reference}`);
    if (status !== 200 || text.includes('"error"')) {
      throw new Error(`${reference}: ${text}`);
    }
  }

  /** Give an image another name, and take the one it had. */
  async rename(reference: string, repository: string, tag: string): Promise<void> {
    await this.#ask('POST', `/images/${reference}/tag?repo=${repository}&tag=${tag}`);
    await this.#ask('DELETE', `/images/${reference}`);
  }

  async container(name: string, image: string): Promise<void> {
    const body = { Image: image, Cmd: ['true'] };
    const { status, text } = await this.#ask('POST', `/containers/create?name=${name}`, body);
    if (status !== 201) {
      throw new Error(text);
    }
  }

  /** Run a container: a program of this machine, which no image needs to have. */
  async run(name: string, image: string): Promise<void> {
    const folders = ['/bin', '/lib', '/lib64', '/usr'].filter((each) => existsSync(each));
    const body = {
      Image: image,
      Cmd: ['/bin/sleep', '300'],
      HostConfig: { NetworkMode: 'none', Binds: folders.map((each) => `${each}:${each}:ro`) },
    };
    const created = await this.#ask('POST', `/containers/create?name=${name}`, body);
    const started = await this.#ask('POST', `/containers/${name}/start`);
    if (created.status !== 201 || started.status !== 204) {
      throw new Error(`${created.text} ${started.text}`);
    }
  }

  /** The id of an image. */
  async id(reference: string): Promise<string> {
    const { text } = await this.#ask('GET', `/images/${reference}/json`);
    return (JSON.parse(text) as { readonly Id: string }).Id;
  }

  /** Leave nothing behind. */
  async clear(): Promise<void> {
    const containers = await this.#list('/containers/json?all=true');
    await Promise.all(containers.map((id) => this.#ask('DELETE', `/containers/${id}?force=true`)));
    const images = await this.#list('/images/json?all=true');
    await Promise.all(images.map((id) => this.#ask('DELETE', `/images/${id}?force=true`)));
  }

  async #list(path: string): Promise<readonly string[]> {
    const { text } = await this.#ask('GET', path);
    return (JSON.parse(text) as readonly { readonly Id: string }[]).map(({ Id }) => Id);
  }

  #ask(
    method: string,
    path: string,
    body?: object,
  ): Promise<{ readonly status: number; readonly text: string }> {
    return new Promise((resolve, reject) => {
      const socketPath = this.address.replace('unix://', '');
      const headers = { Host: 'engine', 'Content-Type': 'application/json' };
      const asked = request({ socketPath, method, path, headers }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        answer.on('end', () => {
          resolve({ status: answer.statusCode ?? 0, text });
        });
      });
      asked.on('error', reject);
      asked.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}
