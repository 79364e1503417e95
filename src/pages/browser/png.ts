import { bytesOf } from "./dom.js";

/** An image of levels. */
export interface LevelImage {
  readonly width: number;
  readonly height: number;
  readonly levels: Uint8Array;
}

/** Reads an indexed PNG of 8 bits without filters, as simcli writes it, from the address of its data. */
export async function readLevels(address: string): Promise<LevelImage> {
  const png = bytesOf(address.slice(address.indexOf(",") + 1));
  const view = new DataView(png.buffer);
  const chunks = new Map<string, Uint8Array<ArrayBuffer>>();
  for (let at = 8; at < png.length; ) {
    const length = view.getUint32(at);
    chunks.set(String.fromCharCode(...png.subarray(at + 4, at + 8)), png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const [header, data] = ["IHDR", "IDAT"].map((name) => chunks.get(name) ?? new Uint8Array());
  const size = new DataView(header.buffer, header.byteOffset);
  const [width, height] = [size.getUint32(0), size.getUint32(4)];
  const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate"));
  const rows = new Uint8Array(await new Response(stream).arrayBuffer());
  const levels = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    levels.set(rows.subarray(y * (width + 1) + 1, (y + 1) * (width + 1)), y * width);
  }
  return { width, height, levels };
}
