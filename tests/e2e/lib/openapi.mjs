/** Checks real answers against the server's own description of its API. */
import assert from 'node:assert/strict';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

const WHOLE = 'openapi';

export class Contract {
  #ajv = new Ajv2020({ strict: false, allErrors: true });
  #validators = new Map();
  #patterns;

  /** Operations that gave a success: "get /api/v1/session". @type {Set<string>} */
  covered = new Set();

  /** @param {any} document OpenAPI 3.1 */
  constructor(document) {
    this.document = document;
    formats.default(this.#ajv);
    this.#ajv.addSchema(document, WHOLE);
    this.#patterns = Object.keys(document.paths).map((path) => ({
      path,
      pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`),
      literals: path.split('/').filter((part) => !part.startsWith('{')).length,
    }));
  }

  /** "get /api/v1/session" of everything described. */
  operations() {
    return Object.entries(this.document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method} ${path}`));
  }

  /** @param {string} pathname */
  #template(pathname) {
    const fitting = this.#patterns.filter(({ pattern }) => pattern.test(pathname));
    return fitting.sort((a, b) => b.literals - a.literals)[0]?.path;
  }

  /**
   * Fails when the answer is not one that the document promises.
   * @param {string} method @param {string} pathname @param {number} status @param {string} type @param {any} body
   */
  check(method, pathname, status, type, body) {
    const path = this.#template(pathname);
    const name = `${method.toLowerCase()} ${path}`;
    const operation = path && this.document.paths[path][method.toLowerCase()];
    assert.ok(operation, `${method} ${pathname} is not described`);
    const described = operation.responses[status];
    assert.ok(described, `${name} may not answer ${status}: ${JSON.stringify(body)}`);
    if (status < 300) this.covered.add(name);
    const response = described.$ref ? this.document.components.responses[described.$ref.split('/').at(-1)] : described;
    if (!response.content) {
      assert.equal(body, null, `${name} ${status} has no body`);
      return;
    }
    const media = Object.keys(response.content)[0];
    assert.equal(type.split(';')[0], media, `${name} ${status}`);
    const where = described.$ref ? described.$ref.slice(1) : `/paths/${escaped(path)}/${method.toLowerCase()}/responses/${status}`;
    const validate = this.#validator(`${where}/content/${escaped(media)}/schema`);
    assert.ok(validate(body), `${name} ${status}: ${this.#ajv.errorsText(validate.errors)}\n${JSON.stringify(body, null, 1)}`);
  }

  #validator(pointer) {
    if (!this.#validators.has(pointer)) {
      this.#validators.set(pointer, this.#ajv.compile({ $ref: `${WHOLE}#${pointer.split('/').map(encodeURIComponent).join('/')}` }));
    }
    return this.#validators.get(pointer);
  }
}

/** RFC 6901. @param {string} text */
const escaped = (text) => text.replaceAll('~', '~0').replaceAll('/', '~1');
