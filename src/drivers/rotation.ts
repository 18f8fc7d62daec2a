export type Vector3 = readonly [number, number, number];
/** Rows one after another. */
export type Matrix3 = readonly [number, number, number, number, number, number, number, number, number];

const dot = (a: Vector3, b: Vector3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a: Vector3, b: Vector3): Vector3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

export const transpose = ([a, b, c, d, e, f, g, h, i]: Matrix3): Matrix3 => [a, d, g, b, e, h, c, f, i];

export function multiply(a: Matrix3, b: Matrix3): Matrix3 {
  return Array.from({ length: 9 }, (_, i) => {
    const [row, column] = [Math.floor(i / 3) * 3, i % 3];
    return a[row]! * b[column]! + a[row + 1]! * b[column + 3]! + a[row + 2]! * b[column + 6]!;
  }) as unknown as Matrix3;
}

/** Rodrigues: an axis times an angle in radians to a rotation. */
export function fromAxisAngle(vector: Vector3): Matrix3 {
  const angle = Math.hypot(...vector);
  // sin(x) / x and (1 - cos(x)) / x^2, whose limits are 1 and 1/2.
  const s = angle < 1e-8 ? 1 : Math.sin(angle) / angle;
  const c = angle < 1e-4 ? 0.5 : (1 - Math.cos(angle)) / angle ** 2;
  const [x, y, z] = vector;
  return [
    1 - c * (y * y + z * z),
    c * x * y - s * z,
    c * x * z + s * y,
    c * x * y + s * z,
    1 - c * (x * x + z * z),
    c * y * z - s * x,
    c * x * z - s * y,
    c * y * z + s * x,
    1 - c * (x * x + y * y),
  ];
}

/** The logarithm of a rotation of less than half a turn. */
export function toAxisAngle(m: Matrix3): Vector3 {
  const axis: Vector3 = [m[7] - m[5], m[2] - m[6], m[3] - m[1]];
  const sine = Math.hypot(...axis) / 2;
  const angle = Math.atan2(sine, (m[0] + m[4] + m[8] - 1) / 2);
  const factor = sine < 1e-8 ? 0.5 : angle / (2 * sine);
  return [axis[0] * factor, axis[1] * factor, axis[2] * factor];
}

/** A rotation turned by no more than `largest` radians, about the same axis. */
export function limitAngle(m: Matrix3, largest: number): Matrix3 {
  const vector = toAxisAngle(m);
  const angle = Math.hypot(...vector);
  if (angle <= largest) return m;
  return fromAxisAngle(vector.map((v) => (v * largest) / angle) as unknown as Vector3);
}

/**
 * The scaled rotation nearest to a 2 x 3 matrix of rows `a` and `b`: with B = U S V^T its first two rows are U V^T and its scale
 * is the mean of S. By the polar form: U V^T = (B B^T)^(-1/2) B, and the root of a 2 x 2 matrix is closed.
 */
export function nearestScaledRotation(a: Vector3, b: Vector3): { rotation: Matrix3; scale: number } {
  const [aa, ab, bb] = [dot(a, a), dot(a, b), dot(b, b)];
  const root = Math.sqrt(Math.max(aa * bb - ab * ab, 0)); // product of the singular values
  const trace = Math.sqrt(aa + bb + 2 * root); // their sum
  // (M + root I) / trace is the square root of M = B B^T; its inverse brings B to U V^T.
  const [p, q, r] = [(aa + root) / trace, ab / trace, (bb + root) / trace];
  const determinant = p * r - q * q;
  const combine = (x: number, y: number): Vector3 =>
    [0, 1, 2].map((i) => (x * a[i]! + y * b[i]!) / determinant) as unknown as Vector3;
  const first = combine(r, -q);
  const second = combine(-q, p);
  return { rotation: [...first, ...second, ...cross(first, second)], scale: trace / 2 };
}
