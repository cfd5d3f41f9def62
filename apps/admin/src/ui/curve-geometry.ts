/** The room of a drawing, in pixels. */
export interface Room {
  width: number;
  height: number;
}

/** Round numbers from zero to at least the largest value: where the lines of a grid go. At most six, whole where values are. */
export function ticksUpTo(largest: number): number[] {
  const rough = Math.max(largest, 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, ([1, 2, 5, 10].find((one) => one * power >= rough) ?? 10) * power);
  const count = Math.max(1, Math.ceil(Math.max(largest, 1) / step));
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}

/** Where the value at a place in its row is drawn. */
export function placeOf(index: number, value: number, count: number, top: number, { width, height }: Room): [number, number] {
  const x = count < 2 ? width / 2 : (index / (count - 1)) * width;
  return [x, height - (value / top) * height];
}

/** The line through the values, as the data of an SVG path. */
export function linePath(values: readonly number[], top: number, room: Room): string {
  return values
    .map((value, index) => placeOf(index, value, values.length, top, room))
    .map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`)
    .join('');
}

/** The ground below that line. */
export function areaPath(values: readonly number[], top: number, room: Room): string {
  if (values.length === 0) return '';
  const [[first], [last]] = [placeOf(0, 0, values.length, top, room), placeOf(values.length - 1, 0, values.length, top, room)];
  return `${linePath(values, top, room)}L${last.toFixed(1)} ${room.height}L${first.toFixed(1)} ${room.height}Z`;
}

/** The value that lies nearest to a place in the drawing. */
export function nearest(x: number, count: number, width: number): number {
  return count < 2 ? 0 : Math.min(count - 1, Math.max(0, Math.round((x / width) * (count - 1))));
}
