// A quiet piece for a show, that begins where it ends: soft keys over a held chord.
export const sample_rate = 48_000;

const frequency = (note) => 440 * 2 ** ((note - 69) / 12);

// -> WAV, stereo, 16 bits, exactly `seconds` long; notes ring over the end into the beginning.
export function music({ tempo, root, chords }, seconds) {
  const length = seconds * sample_rate;
  const left = new Float32Array(length);
  const right = new Float32Array(length);
  const beat = 60 / tempo;
  const beats = Math.round(seconds / beat);
  const bars = Math.floor(beats / 4);
  const add = (start, voice_seconds, pan, wave) => {
    const first = Math.round(start * sample_rate);
    for (let i = 0; i < voice_seconds * sample_rate; i++) {
      const value = wave(i / sample_rate);
      const at = (first + i) % length;
      left[at] += value * (1 - pan);
      right[at] += value * pan;
    }
  };
  const key = (start, note, loud, pan) => {
    const w = 2 * Math.PI * frequency(note);
    add(start, 2.4, pan, (t) => loud * Math.min(1, t * 200) * Math.exp(-2.1 * t) *
      (Math.sin(w * t) + 0.35 * Math.sin(2 * w * t) * Math.exp(-3 * t) + 0.08 * Math.sin(5 * w * t) * Math.exp(-9 * t)));
  };
  const pad = (start, seconds_held, note, loud, pan) => {
    const w = 2 * Math.PI * frequency(note);
    add(start, seconds_held + 1, pan, (t) => {
      const envelope = Math.min(1, t) * Math.min(1, Math.max(0, seconds_held + 1 - t));
      return loud * envelope * (Math.sin(w * t) + 0.5 * Math.sin(w * 1.003 * t) + 0.2 * Math.sin(2 * w * t));
    });
  };
  const order = [0, 2, 1, 3, 2, 1, 3, 2];
  for (let bar = 0; bar < bars; bar++) {
    const chord = chords[bar % chords.length];
    const start = bar * 4 * beat;
    pad(start, 4 * beat, root - 12 + chord[0], 0.07, 0.5);
    chord.forEach((step, i) => pad(start, 4 * beat, root + step, 0.022, 0.25 + i * 0.16));
    order.forEach((which, i) => {
      const octave = (bar + i) % 8 === 7 ? 24 : 12;
      key(start + (i * beat) / 2, root + octave + chord[which], i % 4 === 0 ? 0.13 : 0.085, 0.3 + 0.4 * ((i * 3) % 5) / 4);
    });
  }
  return wav(left, right);
}

function wav(left, right) {
  const bytes = left.length * 4;
  const file = Buffer.alloc(44 + bytes);
  file.write('RIFF', 0);
  file.writeUInt32LE(36 + bytes, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(2, 22);
  file.writeUInt32LE(sample_rate, 24);
  file.writeUInt32LE(sample_rate * 4, 28);
  file.writeUInt16LE(4, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(bytes, 40);
  for (let i = 0; i < left.length; i++) {
    file.writeInt16LE(Math.round(Math.tanh(left[i]) * 32_000), 44 + i * 4);
    file.writeInt16LE(Math.round(Math.tanh(right[i]) * 32_000), 46 + i * 4);
  }
  return file;
}
