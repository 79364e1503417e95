/** The part of WebAssembly's interface that the kernels use; the types of Node 20 have none of it. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }

  class Memory {
    constructor(descriptor: { initial: number; maximum: number; shared: true });
    readonly buffer: SharedArrayBuffer;
    grow(pages: number): number;
  }

  class Instance {
    constructor(module: Module, imports: { readonly [module: string]: { readonly [name: string]: unknown } });
    readonly exports: unknown;
  }

  interface Global {
    readonly value: number;
  }

  function validate(bytes: Uint8Array): boolean;
}
