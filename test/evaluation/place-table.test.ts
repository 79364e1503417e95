import { expect } from "chai";
import fc from "fast-check";
import { ABSENT, PlaceTable } from "#dist/evaluation/place-table.js";

describe("PlaceTable", () => {
  it("keeps the last place of each id, like a Map, until it is cleared", () => {
    const ids = fc.oneof(fc.nat(9), fc.nat(), fc.maxSafeNat(), fc.constantFrom(2 ** 31, 2 ** 32, 2 ** 52, 3 * 2 ** 32));
    fc.assert(
      fc.property(fc.array(fc.array(ids, { maxLength: 40 }), { maxLength: 5 }), (rounds) => {
        const table = new PlaceTable(40);
        for (const round of rounds) {
          table.clear();
          const map = new Map<number, number>();
          for (const [place, id] of round.entries()) {
            const slot = table.slotOf(id);
            expect(table.places[slot]).to.equal(map.get(id) ?? ABSENT);
            table.places[slot] = place;
            map.set(id, place);
          }
        }
      }),
    );
  });
});
