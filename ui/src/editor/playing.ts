// Plays the kept parts of a recording one after the other: a small clock over a video element.
import { clamp, lengthOf, type Part, startsOf, toSource } from "./document";

/** Half a frame into it: browsers round times of frames either way. */
const INSIDE = 0.5;
const BACK_EVERY_MS = 120;
/** When a video element has another picture. */
const PICTURED = ["seeked", "loadeddata"] as const;

export class Player {
  /** The clip's frame that is shown. */
  frame = 0;
  /** How fast it plays: 0 while it stands, less than 0 backwards. */
  speed = 0;
  private part = 0;
  private ticket = 0;
  private backed = 0;
  private readonly listeners = new Set<() => void>();
  private readonly painters = new Set<() => void>();

  constructor(
    readonly video: HTMLVideoElement,
    private parts: readonly Part[],
    readonly rate: number,
  ) {}

  /** Show a recording, until what is given back is called. */
  enter(url: string): () => void {
    const { video } = this;
    video.preload = "auto";
    video.src = url;
    for (const event of PICTURED) video.addEventListener(event, this.paint);
    this.place();
    return () => {
      this.pause();
      for (const event of PICTURED) video.removeEventListener(event, this.paint);
      video.removeAttribute("src");
      video.load();
    };
  }

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
  readonly readFrame = () => this.frame;
  readonly readSpeed = () => this.speed;

  /** Have something drawn whenever the picture is another. */
  readonly draws = (painter: () => void) => {
    this.painters.add(painter);
    return () => void this.painters.delete(painter);
  };

  get duration(): number {
    return lengthOf(this.parts);
  }

  /** The clip is another by now; the playhead stays where it is in it. */
  setParts(parts: readonly Part[]) {
    if (parts === this.parts) return;
    this.parts = parts;
    this.frame = clamp(this.frame, 0, this.duration - 1);
    this.place();
    this.tell();
  }

  seek(frame: number) {
    this.frame = clamp(Math.round(frame), 0, this.duration - 1);
    this.place();
    this.tell();
  }

  play(speed = 1) {
    if (speed > 0 && this.frame >= this.duration - 1) this.frame = 0;
    this.speed = speed;
    this.place();
    if (speed > 0) {
      this.video.playbackRate = speed;
      // Somebody may stop it, or leave, before it began.
      this.video.play().catch(() => this.pause());
    } else this.video.pause();
    this.backed = performance.now();
    cancelAnimationFrame(this.ticket);
    this.ticket = requestAnimationFrame(this.tick);
    this.tell();
  }

  pause() {
    if (this.speed === 0) return;
    this.speed = 0;
    cancelAnimationFrame(this.ticket);
    this.video.pause();
    this.place();
    this.tell();
  }

  /** Begin, or stop. */
  toggle() {
    if (this.speed === 0) this.play();
    else this.pause();
  }

  /** L and J: each time faster, or the other way. */
  shuttle(direction: 1 | -1) {
    const next = Math.sign(this.speed) === direction ? clamp(this.speed * 2, -4, 4) : direction;
    this.play(next);
  }

  /** Bring the video to where the playhead is. */
  private place() {
    const { part, frame } = toSource(this.parts, this.frame);
    this.part = part;
    this.video.currentTime = (frame + INSIDE) / this.rate;
  }

  private readonly tick = () => {
    if (this.speed === 0) return;
    if (this.speed > 0) this.follow();
    else this.back();
    if (this.speed !== 0) this.ticket = requestAnimationFrame(this.tick);
  };

  private follow() {
    const part = this.parts[this.part];
    if (!part || this.video.seeking) return;
    const frame = Math.floor(this.video.currentTime * this.rate + 1e-3);
    const start = startsOf(this.parts)[this.part] ?? 0;
    if (frame < part.stop && !this.video.ended) {
      const at = start + Math.max(0, frame - part.start);
      this.paint();
      if (at !== this.frame) {
        this.frame = at;
        this.tell();
      }
      return;
    }
    const next = this.parts[this.part + 1];
    if (!next) {
      this.frame = this.duration - 1;
      this.pause();
      return;
    }
    this.frame = start + part.stop - part.start;
    // A part that goes on where this one ends needs no seek, and so no hiccup.
    if (next.start === part.stop) this.part += 1;
    else this.place();
    this.tell();
  }

  private back() {
    const now = performance.now();
    if (now - this.backed < BACK_EVERY_MS || this.video.seeking) return;
    const frames = Math.max(1, Math.round(((now - this.backed) / 1000) * this.rate * -this.speed));
    this.backed = now;
    this.frame = Math.max(0, this.frame - frames);
    if (this.frame === 0) this.pause();
    else {
      this.place();
      this.tell();
    }
  }

  private readonly paint = () => {
    for (const painter of this.painters) painter();
  };

  private tell() {
    for (const listener of this.listeners) listener();
  }
}
