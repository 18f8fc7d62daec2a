const WIDTH = 30;

/** Draws progress on standard error: a bar on a terminal, a line at each tenth elsewhere. */
export function progressBar(label: string): (done: number, total: number) => void {
  let tenth = -1;
  return (done, total) => {
    const { stderr } = process;
    if (stderr.isTTY) {
      const filled = Math.round((done / total) * WIDTH);
      stderr.write(
        `\r${label} [${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${done}/${total}${done === total ? '\n' : ''}`,
      );
      return;
    }
    const now = Math.floor((done / total) * 10);
    if (now === tenth) return;
    tenth = now;
    stderr.write(`${label} ${done}/${total}\n`);
  };
}
