// hls.js ships types for its main entry alone; the light build has the same surface.
declare module 'hls.js/light' {
  export * from 'hls.js';
  export { default } from 'hls.js';
}
