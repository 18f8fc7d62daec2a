import { lower } from '../../src/graph/lower';
import { denseVariants, type DenseVariant } from '../../src/kernels/dense';
import type { Case } from '../../tests/cases/case';

/** The ways to share the work of a case's kernel among threads; none where the kernel knows only one. The plain one is first. */
export function variantsOf({ graph }: Case): readonly DenseVariant[] {
  let variants: readonly DenseVariant[] = [];
  lower(graph, (_, work) => {
    const all = denseVariants(work);
    variants = all;
    return all[0]!;
  });
  return variants;
}

export const variantName = ({ blocks, span, split }: DenseVariant): string =>
  `blocks ${blocks}, span ${span}, split ${split}`;
