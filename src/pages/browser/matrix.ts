import { bytesOf, create } from "./dom.js";
import { type Color, colorAt, indexAt, type MatrixData, type Order, pixelOf, sideText } from "./matrix-data.js";
import { matrixTools } from "./matrix-tools.js";
import { type LevelImage, readLevels } from "./png.js";

/** A pixel of the heatmap. */
interface Place {
  readonly x: number;
  readonly y: number;
}

const NAN_LEVEL = 255;
const LEVELS = 254;
/** A cell of this size shows its value. */
const SHOWS_VALUE = { width: 44, height: 16 };
/** Width of a cell at the largest zoom, and where it is found by its name. */
const WIDEST = 64;
const FOUND = 8;
const STEP = 1.5;
/** If the cells cover a smaller share of the scale, the colours cover the range of the cells instead. */
const STRETCHED = 0.25;

export async function showMatrix(box: HTMLElement, data: MatrixData): Promise<void> {
  const image = box.querySelector("img");
  if (image) new Matrix(box, image, data, await readLevels(image.src));
}

class Matrix {
  private readonly canvas = create("canvas", { tabIndex: 0 });
  private readonly answer = create("output", {
    className: "answer",
    textContent: "Point at a cell, or use the arrow keys. After a click, the wheel zooms.",
  });
  /** The whole matrix, a pixel for each pixel of the image. */
  private readonly picture = create("canvas");
  private readonly exact: Float32Array | null;
  private readonly orders: readonly Order[];
  private readonly columnIds: readonly string[] | null;
  private shown: LevelImage;
  /** The values of the first and the last level shown. */
  private ends: readonly [number, number];
  /** The colour of each level; the last one is that of NaN. */
  private colors: Color[] = [];
  /** Whether the colours cover the range of the image, not the range of the metric. */
  private isStretched: boolean;
  /** The order of rows and columns; null for that of the files. */
  private order: Order | null = null;
  private zoom = 1;
  /** The place at the left top corner, in pixels of the image. */
  private left = 0;
  private top = 0;
  private cursor: Place | null = null;
  private lastFound = -1;

  constructor(
    private readonly box: HTMLElement,
    image: HTMLImageElement,
    private readonly data: MatrixData,
    private readonly first: LevelImage,
  ) {
    this.shown = first;
    this.columnIds = data.columnIds === "same" ? data.rowIds : data.columnIds;
    this.orders = data.orders.map(({ rows, columns, image: own }) => ({
      rows,
      columns: columns === "same" ? rows : columns,
      image: own,
    }));
    this.ends = data.ends;
    const [start, end] = data.scale.ends;
    this.isStretched = data.ends[1] - data.ends[0] < (end - start) * STRETCHED;
    this.exact = data.exact === null ? null : new Float32Array(bytesOf(data.exact).buffer);
    const { canvas } = this;
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-label", `${image.alt} Arrow keys move the cell, + and - zoom, 0 shows all.`);
    image.replaceWith(this.answer, canvas);
    box.querySelector("figure")?.prepend(this.tools());
    this.listen();
    new ResizeObserver(() => this.draw()).observe(canvas);
    // On paper, the whole matrix is shown.
    addEventListener("beforeprint", () => this.reset());
    this.arrange();
  }

  /** Returns the controls: order, colours, search and zoom. */
  private tools(): HTMLElement {
    const { orders, scale } = this.data;
    const names = ["order of the files", ...orders.map(({ name }) => name)];
    const scales = [scale.ends.map(shortNumber).join(" to "), "range of the cells"];
    return matrixTools(names, scales, Number(this.isStretched), {
      sortBy: (index) => this.sortBy(index - 1),
      colourBy: (index) => {
        this.isStretched = index === 1;
        this.arrange();
      },
      find: (text) => this.find(text),
      forgetFound: () => {
        this.lastFound = -1;
      },
      zoomIn: () => this.zoomBy(STEP),
      zoomOut: () => this.zoomBy(1 / STEP),
      showAll: () => this.reset(),
    });
  }

  /** Shows another order, with the cursor on the same cell. */
  private async sortBy(index: number): Promise<void> {
    const { data, cursor, shown, first } = this;
    const cell = cursor && {
      row: indexAt(cursor.y, data.rows, shown.height, this.order?.rows),
      column: indexAt(cursor.x, data.columns, shown.width, this.order?.columns),
    };
    const image = index < 0 ? null : this.orders[index].image;
    const next = image ? await readLevels(image.address) : first;
    this.order = this.orders[index] ?? null;
    this.shown = next;
    this.ends = image?.ends ?? data.ends;
    this.cursor = cell && {
      x: pixelOf(cell.column, data.columns, next.width, this.order?.columns ?? null),
      y: pixelOf(cell.row, data.rows, next.height, this.order?.rows ?? null),
    };
    this.arrange();
    if (this.cursor) this.moveTo(this.cursor);
  }

  private listen(): void {
    const { canvas } = this;
    let start: { x: number; y: number; left: number; top: number } | null = null;
    canvas.addEventListener("pointerdown", (event) => {
      start = { x: event.offsetX, y: event.offsetY, left: this.left, top: this.top };
      canvas.setPointerCapture(event.pointerId);
      this.point(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (start && this.zoom > 1) {
        this.left = start.left - (event.offsetX - start.x) / this.pixelWidth;
        this.top = start.top - (event.offsetY - start.y) / this.pixelHeight;
      }
      this.point(event);
    });
    const stop = () => {
      start = null;
    };
    canvas.addEventListener("pointerup", stop);
    canvas.addEventListener("pointercancel", stop);
    canvas.addEventListener(
      "wheel",
      (event) => {
        // The page scrolls, unless the matrix is enlarged or has the focus.
        if (this.zoom === 1 && !event.ctrlKey && document.activeElement !== canvas) return;
        event.preventDefault();
        this.zoomBy(event.deltaY < 0 ? STEP : 1 / STEP, event.offsetX, event.offsetY);
      },
      { passive: false },
    );
    canvas.addEventListener("dblclick", (event) => this.zoomBy(STEP * STEP, event.offsetX, event.offsetY));
    canvas.addEventListener("keydown", (event) => {
      if (this.pressed(event.key)) event.preventDefault();
    });
  }

  /** Acts on a key. Returns false for other keys. */
  private pressed(key: string): boolean {
    const { x, y } = this.cursor ?? { x: 0, y: 0 };
    if (key === "ArrowLeft") this.moveTo({ x: x - 1, y });
    else if (key === "ArrowRight") this.moveTo({ x: x + 1, y });
    else if (key === "ArrowUp") this.moveTo({ x, y: y - 1 });
    else if (key === "ArrowDown") this.moveTo({ x, y: y + 1 });
    else if (key === "+" || key === "=") this.zoomBy(STEP);
    else if (key === "-") this.zoomBy(1 / STEP);
    else if (key === "0") this.reset();
    else return false;
    return true;
  }

  /** Width and height of a pixel of the image on the page. */
  private get pixelWidth(): number {
    return (this.canvas.clientWidth / this.shown.width) * this.zoom;
  }

  private get pixelHeight(): number {
    return (this.canvas.clientHeight / this.shown.height) * this.zoom;
  }

  private reset(): void {
    [this.zoom, this.left, this.top] = [1, 0, 0];
    this.draw();
  }

  /** Zooms about a place on the canvas; about the cursor or the middle by default. */
  private zoomBy(factor: number, x?: number, y?: number): void {
    const { canvas, cursor, left, top, pixelWidth, pixelHeight } = this;
    const atX =
      x === undefined ? (cursor ? cursor.x + 0.5 : left + canvas.clientWidth / pixelWidth / 2) : left + x / pixelWidth;
    const atY =
      y === undefined ? (cursor ? cursor.y + 0.5 : top + canvas.clientHeight / pixelHeight / 2) : top + y / pixelHeight;
    const most = Math.max(1, (WIDEST * this.zoom) / pixelWidth);
    this.zoom = Math.max(1, Math.min(most, this.zoom * factor));
    this.left = atX - (x ?? canvas.clientWidth / 2) / this.pixelWidth;
    this.top = atY - (y ?? canvas.clientHeight / 2) / this.pixelHeight;
    this.draw();
  }

  private point({ offsetX, offsetY }: MouseEvent): void {
    const place = {
      x: Math.floor(this.left + offsetX / this.pixelWidth),
      y: Math.floor(this.top + offsetY / this.pixelHeight),
    };
    if (this.isInside(place)) this.cursor = place;
    this.draw();
    this.tell();
  }

  private isInside({ x, y }: Place): boolean {
    return x >= 0 && y >= 0 && x < this.shown.width && y < this.shown.height;
  }

  /** Moves the cursor, and the view if the cursor leaves it. */
  private moveTo(place: Place): void {
    if (!this.isInside(place)) return;
    this.cursor = place;
    const [across, down] = [this.shown.width / this.zoom, this.shown.height / this.zoom];
    if (place.x < this.left || place.x >= this.left + across) this.left = place.x - across / 2;
    if (place.y < this.top || place.y >= this.top + down) this.top = place.y - down / 2;
    this.draw();
    this.tell();
  }

  /** Moves the cursor to the next row or column whose id or number is the text, or else contains it. */
  private find(typed: string): void {
    const { rows, columns, rowIds } = this.data;
    const { columnIds } = this;
    const text = typed.trim();
    if (text === "") return;
    const nameOf = (k: number) => (k < rows ? (rowIds?.[k] ?? String(k)) : (columnIds?.[k - rows] ?? String(k - rows)));
    const next = (fits: (name: string) => boolean) => {
      for (let step = 1; step <= rows + columns; step++) {
        const k = (this.lastFound + step) % (rows + columns);
        if (fits(nameOf(k))) return k;
      }
      return -1;
    };
    const same = next((name) => name === text);
    const found = same >= 0 ? same : next((name) => name.toLowerCase().includes(text.toLowerCase()));
    if (found < 0) {
      this.answer.textContent = `no row or column is named ${text}`;
      return;
    }
    this.lastFound = found;
    const { shown, order } = this;
    const { x, y } = this.cursor ?? { x: 0, y: 0 };
    const place =
      found < rows
        ? { x, y: pixelOf(found, rows, shown.height, order?.rows ?? null) }
        : { x: pixelOf(found - rows, columns, shown.width, order?.columns ?? null), y };
    if (this.pixelWidth < FOUND) this.zoom *= FOUND / this.pixelWidth;
    this.left = place.x - shown.width / this.zoom / 2;
    this.top = place.y - shown.height / this.zoom / 2;
    this.moveTo(place);
  }

  /** Returns the pixel of the image that is shown at a place. */
  private sourceOf({ x, y }: Place): number {
    const { order, shown } = this;
    if (!order || order.image) return y * shown.width + x;
    return order.rows[y] * shown.width + order.columns[x];
  }

  /** Returns the value at a place: of the cell as float32, else the middle of its level. */
  private valueAt(place: Place): number {
    const at = this.sourceOf(place);
    if (this.exact) return this.exact[at];
    const level = this.shown.levels[at];
    const [start, end] = this.ends;
    return level === NAN_LEVEL ? Number.NaN : start + ((end - start) * level) / LEVELS;
  }

  /** Writes the names and the value of the cell below the cursor. */
  private tell(): void {
    if (!this.cursor) return;
    const { x, y } = this.cursor;
    const { rows, columns, rowIds } = this.data;
    const { width, height } = this.shown;
    const row = sideText("row", y, rows, height, this.order?.rows ?? null, rowIds);
    const column = sideText("column", x, columns, width, this.order?.columns ?? null, this.columnIds);
    const value = this.valueAt(this.cursor);
    const [start, end] = this.ends;
    const error = end > start ? ` ± ${((end - start) / LEVELS / 2).toPrecision(1)}` : "";
    const text = this.exact ? value.toFixed(4) : `${value.toFixed(4)}${error}`;
    const isMean = /^rows/.test(row) || /^columns/.test(column);
    this.answer.textContent = `${row} × ${column}: ${Number.isNaN(value) ? "nan" : (isMean ? "mean " : "") + text}`;
  }

  /** Sets the colour of each level, and the legend. */
  private colorLevels(): void {
    const { data, ends, isStretched, box } = this;
    const [start, end] = isStretched ? ends : data.scale.ends;
    const stops = isStretched ? data.stretched : data.scale.colors;
    this.colors = Array.from({ length: NAN_LEVEL }, (_, level) => {
      const value = ends[0] + ((ends[1] - ends[0]) * level) / LEVELS;
      return colorAt(stops, end > start ? (value - start) / (end - start) : 0);
    });
    this.colors.push([154, 160, 166]);
    const legend = [...box.querySelectorAll(".scale span")];
    for (const [k, value] of [start, end].entries()) legend[k].textContent = shortNumber(value);
    const gradient = box.querySelector("linearGradient");
    // Each heatmap of a page has its own scale.
    gradient?.setAttribute("id", `scale${box.dataset.number}`);
    box.querySelector(".scale rect")?.setAttribute("fill", `url(#scale${box.dataset.number})`);
    gradient?.replaceChildren(
      ...stops.map((color, k) => {
        const stop = document.createElementNS("http://www.w3.org/2000/svg", "stop");
        stop.setAttribute("offset", String(k / (stops.length - 1)));
        stop.setAttribute("stop-color", `rgb(${color.join(",")})`);
        return stop;
      }),
    );
  }

  /** Colours the picture from the levels, in the order chosen. */
  private arrange(): void {
    this.colorLevels();
    const { picture, shown, colors } = this;
    const { width, height } = shown;
    [picture.width, picture.height] = [width, height];
    const pixels = new ImageData(width, height);
    for (let y = 0, at = 0; y < height; y++) {
      for (let x = 0; x < width; x++, at += 4) {
        const [r, g, b] = colors[shown.levels[this.sourceOf({ x, y })]];
        pixels.data.set([r, g, b, 255], at);
      }
    }
    picture.getContext("2d")?.putImageData(pixels, 0, 0);
    this.draw();
  }

  private draw(): void {
    const { canvas, picture, zoom, shown } = this;
    const { clientWidth } = canvas;
    const context = canvas.getContext("2d");
    if (clientWidth === 0 || !context) return;
    const ratio = Math.max(80 / clientWidth, Math.min(1.2, shown.height / shown.width));
    canvas.style.aspectRatio = String(1 / ratio);
    const { clientHeight } = canvas;
    const [width, height] = [clientWidth, clientHeight].map((size) => Math.round(size * devicePixelRatio));
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const [across, down] = [shown.width / zoom, shown.height / zoom];
    this.left = Math.max(0, Math.min(shown.width - across, this.left));
    this.top = Math.max(0, Math.min(shown.height - down, this.top));
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.imageSmoothingEnabled = false;
    context.drawImage(picture, this.left, this.top, across, down, 0, 0, width, height);
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    const { pixelWidth, pixelHeight } = this;
    if (this.exact && pixelWidth >= SHOWS_VALUE.width && pixelHeight >= SHOWS_VALUE.height) this.drawValues(context);
    if (this.cursor) this.drawCursor(context, this.cursor);
  }

  private drawValues(context: CanvasRenderingContext2D): void {
    const { left, top, pixelWidth, pixelHeight, shown, canvas } = this;
    context.font = "12px system-ui, sans-serif";
    context.textAlign = "center";
    context.textBaseline = "middle";
    const right = Math.min(shown.width, Math.ceil(left + canvas.clientWidth / pixelWidth));
    const bottom = Math.min(shown.height, Math.ceil(top + canvas.clientHeight / pixelHeight));
    for (let y = Math.floor(top); y < bottom; y++) {
      for (let x = Math.floor(left); x < right; x++) {
        const ground = this.colors[shown.levels[this.sourceOf({ x, y })]];
        const [r, g, b] = ground.map((part) => (part / 255) ** 2.2);
        context.fillStyle = 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.18 ? "#000" : "#fff";
        const value = this.valueAt({ x, y });
        const text = Number.isNaN(value) ? "nan" : value.toFixed(2);
        context.fillText(text, (x - left + 0.5) * pixelWidth, (y - top + 0.5) * pixelHeight);
      }
    }
  }

  private drawCursor(context: CanvasRenderingContext2D, { x, y }: Place): void {
    const { left, top, pixelWidth, pixelHeight } = this;
    const [width, height] = [Math.max(6, pixelWidth), Math.max(6, pixelHeight)];
    const [atX, atY] = [(x - left + 0.5) * pixelWidth - width / 2, (y - top + 0.5) * pixelHeight - height / 2];
    const outlines = [["#fff", 4] as const, ["#000", 2] as const];
    for (const [color, lineWidth] of outlines) {
      context.strokeStyle = color;
      context.lineWidth = lineWidth;
      context.strokeRect(atX, atY, width, height);
    }
  }
}

/** Returns a number with three digits. */
const shortNumber = (value: number): string => String(Number(value.toPrecision(3)));
