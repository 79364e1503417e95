import { damageOf } from "../damage.js";

export const { damaged, decodeAt, bytesAt } = damageOf("Arrow");
