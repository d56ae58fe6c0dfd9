const waitMaxMs = 500;

/**
 * Resolves when the page has shown its first words, and after half a second where no browser tells of it (a hidden
 * page is not painted). What is asked for from then on does not share a slow line and a slow processor with them.
 */
export const firstPaint = new Promise<void>((resolve) => {
  setTimeout(resolve, waitMaxMs);
  const observer = new PerformanceObserver((entries) => {
    if (entries.getEntriesByName('first-contentful-paint').length === 0) return;
    observer.disconnect();
    resolve();
  });
  observer.observe({ type: 'paint', buffered: true });
});
