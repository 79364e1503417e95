import { MachineError } from "../../core/errors.js";
import { type Card, CardError } from "../../kernels/card/card.js";
import { cardProduct } from "../../kernels/card/card-product.js";
import { CardSearch } from "../../kernels/card/card-search.js";
import { GuardedSearch } from "../../kernels/card/guarded-search.js";
import type { Pool } from "../../kernels/pool.js";
import type { RowProduct } from "../../kernels/row-product.js";
import type { Backend } from "./backend.js";
import { kernelBackend, type ProductOf } from "./kernel-backend.js";

/**
 * Returns a backend that multiplies and searches on a graphics card. What decides, such as exact scores, is computed by the
 * processor, so that results are the same.
 *
 * @param blas the library for what the card does not do; null uses the kernels.
 * @param say receives a line if a search on the card fails, and the processor goes on; null: then the command fails.
 * @throws {MachineError} later, if the card fails and `say` is null.
 */
export function cardBackend(
  pool: Pool,
  card: Card,
  blas: { path: string; description: string } | null,
  say: ((message: string) => void) | null,
): Backend {
  const fail = (reason: string): never => {
    throw new MachineError(`--backend ${card.name}: ${reason}`, "--backend auto goes on without the card");
  };
  const onFail = say ? (reason: string) => say(`the card failed, the processor goes on: ${reason}`) : fail;
  const products: ProductOf = (b, d, { clips }) => guarded(() => cardProduct(card, b, d, clips), fail);
  const backend = kernelBackend(pool, blas, card.multiplyDoubles ? products : null);
  return {
    ...backend,
    name: card.name,
    cardUse: card.use,
    kernels: `${card.description}; ${backend.name}: ${backend.kernels}`,
    search: new GuardedSearch(new CardSearch(card), backend.search, onFail),
  };
}

/** Returns a product whose errors of the card are passed to `fail`. */
function guarded(open: () => RowProduct, fail: (reason: string) => never): RowProduct {
  const orFail = (error: unknown): never => {
    if (error instanceof CardError) fail(error.message);
    throw error;
  };
  let product: RowProduct;
  try {
    product = open();
  } catch (error) {
    return orFail(error);
  }
  return {
    start(a, to) {
      const finish = product.start(a, to);
      return () => finish().catch(orFail);
    },
    close: () => product.close(),
  };
}
