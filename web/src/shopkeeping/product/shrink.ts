/** The server takes at most one mebibyte; what a list or a gallery shows is never wider than this. */
export const pictureBytesMax = 1024 * 1024;
export const pictureEdgeMax = 1920;

const goesAsItIs: readonly string[] = ['image/jpeg', 'image/png', 'image/webp'];
// Each try is visibly a little worse; the last resort is a smaller picture.
const qualities = [0.88, 0.78, 0.65];
const edges = [pictureEdgeMax, 1280, 960];

/** The size that fits into a square of `edge`, never enlarged, never empty. */
export function fit(width: number, height: number, edge: number): { width: number; height: number } {
  const scale = Math.min(1, edge / Math.max(width, height, 1));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** A photo as the server takes it; null for a file that this browser cannot show as a picture. */
export async function shrink(file: Blob): Promise<Blob | null> {
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch {
    return null;
  }
  try {
    const small = Math.max(picture.width, picture.height) <= pictureEdgeMax && file.size <= pictureBytesMax;
    if (small && goesAsItIs.includes(file.type)) return file;
    for (const edge of edges) {
      const drawn = draw(picture, edge);
      for (const quality of qualities) {
        const made = await new Promise<Blob | null>((done) => drawn.toBlob(done, 'image/jpeg', quality));
        if (made && made.size <= pictureBytesMax) return made;
      }
    }
    return null;
  } finally {
    picture.close();
  }
}

function draw(picture: ImageBitmap, edge: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  const { width, height } = fit(picture.width, picture.height, edge);
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (context) {
    // JPEG has no transparency: what was clear becomes white, not black.
    context.fillStyle = '#fff';
    context.fillRect(0, 0, width, height);
    context.imageSmoothingQuality = 'high';
    context.drawImage(picture, 0, 0, width, height);
  }
  return canvas;
}
