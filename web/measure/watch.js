// SPDX-License-Identifier: MIT
// Runs in the page, as text: when each frame came, and how long each long task was, ms.

function watch(length) {
  return new Promise((resolve) => {
    const frames = [];
    const long = [];
    new PerformanceObserver((list) => long.push(...list.getEntries().map((entry) => entry.duration))).observe({
      type: "longtask",
    });
    requestAnimationFrame(function next(time) {
      frames.push(time);
      if (time - frames[0] < length) requestAnimationFrame(next);
      else resolve({ frames, long });
    });
  });
}
