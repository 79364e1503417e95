import { type Blas, findBlas } from "./blas.js";
import { type CardName, type CardPaths, type CardSearchResult, openCard } from "./card/find-card.js";
import { Pool } from "./pool.js";

/** The resources that computations may use. */
export interface RuntimeOptions {
  /** Maximum number of threads, with the calling one. Default: the number of cores. */
  readonly threads?: number;
  /**
   * Maximum bytes of the tiles and packed rows of a computation, and of the vectors of a file that is read. Default: no limit;
   * a computation takes at most 512 MB.
   */
  readonly memory?: number;
  /** Path of the BLAS library to use. Default: the first one that is found in the usual places. */
  readonly blas?: string;
  /** Where the libraries of graphics cards are. Default: the usual places. */
  readonly cards?: CardPaths;
  /**
   * Called before a BLAS is loaded. A program that owns its process can set the environment variables here that the library
   * reads when it is loaded; simcli sets none.
   */
  readonly beforeBlas?: () => void;
}

/** The result of a search for a BLAS. */
export interface BlasSearch {
  readonly blas: Blas | null;
  /** One line for each library that cannot be used, with the reason. */
  readonly skipped: readonly string[];
}

/**
 * Threads and libraries for computations. Workers start with the first job that is worth them and do not keep the process
 * alive. Computations with one runtime share its threads.
 */
export class Runtime {
  readonly pool: Pool;
  private search: BlasSearch | null = null;
  private readonly cards = new Map<CardName, Promise<CardSearchResult>>();

  constructor(private readonly options: RuntimeOptions = {}) {
    this.pool = new Pool(options.threads);
  }

  /** Number of threads, with the calling one. */
  get threads(): number {
    return this.pool.threads;
  }

  /** Maximum bytes; see {@link RuntimeOptions}. */
  get memory(): number {
    return this.options.memory ?? Number.POSITIVE_INFINITY;
  }

  /** Returns the BLAS; the first call searches for it. */
  findBlas(): BlasSearch {
    this.pool.afterStart = null;
    if (!this.search) {
      this.options.beforeBlas?.();
      const skipped: string[] = [];
      const blas = findBlas(this.options.blas, {
        onSkip: (reason) => skipped.push(reason),
        // The workers load the library at the same time.
        onTry: (path) => this.pool.openAhead(path),
      });
      this.search = { blas, skipped };
    }
    return this.search;
  }

  /** Finds a BLAS as soon as the workers are busy with the next job. */
  prefetchBlas(): void {
    this.pool.afterStart = () => this.findBlas();
  }

  /** Opens a graphics card; the first call searches for it. */
  findCard(name: CardName): Promise<CardSearchResult> {
    const found = this.cards.get(name) ?? openCard(name, this.options.cards ?? {});
    this.cards.set(name, found);
    return found;
  }

  /** Frees the cards, and ends the workers, once their jobs have ended. The runtime cannot be used afterwards. */
  async dispose(): Promise<void> {
    for (const found of this.cards.values()) {
      const result = await found;
      if ("card" in result) result.card.close();
    }
    return this.pool.dispose();
  }
}

/**
 * Returns a runtime.
 *
 * @example
 * const runtime = createRuntime({ threads: 2 });
 * const { values } = await cosineSimilarity(a, b, { runtime });
 * await runtime.dispose();
 */
export function createRuntime(options: RuntimeOptions = {}): Runtime {
  return new Runtime(options);
}

let shared: Runtime | null = null;

/** The runtime of computations that are given none: all cores, and a BLAS of the system. It is created on first use. */
export function defaultRuntime(): Runtime {
  shared ??= new Runtime();
  return shared;
}
