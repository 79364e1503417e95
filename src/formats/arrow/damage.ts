import { damageOf } from "../damage.js";

export const { damaged, decodeAt } = damageOf("Arrow");
