/** Watches whether the tab is hidden during a run; the end of the watch says it in words, or nothing. */
export function watchVisibility(onChange: (isHidden: boolean) => void): () => string | undefined {
  let hiddenSince = document.hidden ? performance.now() : undefined;
  let hiddenMs = 0;
  let times = hiddenSince === undefined ? 0 : 1;
  const look = (): void => {
    if (document.hidden === (hiddenSince !== undefined)) return;
    if (hiddenSince === undefined) {
      hiddenSince = performance.now();
      times++;
    } else {
      hiddenMs += performance.now() - hiddenSince;
      hiddenSince = undefined;
    }
    onChange(document.hidden);
  };
  document.addEventListener('visibilitychange', look);
  return () => {
    document.removeEventListener('visibilitychange', look);
    if (times === 0) return undefined;
    const ms = hiddenMs + (hiddenSince === undefined ? 0 : performance.now() - hiddenSince);
    return `the tab was hidden for ${(ms / 1000).toFixed(1)} s of the run; browsers slow hidden tabs down, so times may be too long`;
  };
}
