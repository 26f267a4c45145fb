import type { CSSProperties } from "react";
import type { Schemas } from "../api/client";
import classes from "./captions.module.css";
import { useFrame, useShown } from "./shown";

type Look = Schemas["CaptionLook"];

/** The captions while it plays: grouped and timed by the server, drawn here much as the export has them. */
export function CaptionLayer() {
  const { doc, player, programme } = useShown();
  const frame = useFrame(player);
  const caption = programme?.captions.find((each) => frame >= each.start && frame < each.stop);
  const look = programme?.look;
  if (!look || !caption || doc.captions.style === "none") return null;
  const area = programme.safe_area;
  const middle = doc.captions.position ?? caption.centre_y;
  const place: CSSProperties = {
    left: `${area.x * 100}%`,
    width: `${area.width * 100}%`,
    ...(middle == null
      ? {
          top: `${(area.y + look.anchor * area.height) * 100}%`,
          transform: `translateY(${-look.anchor * 100}%)`,
        }
      : { top: `${middle * 100}%`, transform: "translateY(-50%)" }),
  };
  return (
    <div className={classes.layer} aria-hidden style={{ ...place, fontSize: `${programme.em * 100}cqh` }}>
      {caption.lines.map((words, line) => (
        <Line key={words[0]?.start ?? line} look={look} words={words} line={line} frame={frame} />
      ))}
    </div>
  );
}

interface LineProps {
  look: Look;
  words: readonly Schemas["ShownWord"][];
  line: number;
  frame: number;
}

/** The brand kit's logo while it plays. */
export function LogoLayer() {
  const { doc, programme } = useShown();
  const logo = programme?.logo;
  if (!logo || !doc.brand_id) return null;
  const { x, y, width, height } = logo.place;
  return (
    <img
      src={`/api/v1/brands/${doc.brand_id}/logo`}
      alt=""
      className={classes.logo}
      style={{
        left: `${x * 100}%`,
        top: `${y * 100}%`,
        width: `${width * 100}%`,
        height: `${height * 100}%`,
        opacity: logo.opacity,
      }}
    />
  );
}

/** One line in a style; the same draws the samples to choose from. */
export function Line({ look, words, line, frame }: LineProps) {
  return (
    <div
      className={classes.line}
      style={{ textAlign: look.left ? "start" : "center", lineHeight: look.line_height }}
    >
      <span style={lineStyle(look, line)}>
        {words.map((word, index) => (
          <span key={`${word.start}${word.text}`}>
            {index > 0 ? " " : ""}
            {/* A picture of letters, as the export has them; the words themselves stand in the transcript. */}
            <span
              className={classes.word}
              data-text={word.text}
              style={wordStyle(look, frame >= word.start, frame < word.stop)}
            />
          </span>
        ))}
      </span>
    </div>
  );
}

function lineStyle(look: Look, line: number): CSSProperties {
  const shadows = [];
  if (look.shadow) {
    const { offset, colour, opacity } = look.shadow;
    shadows.push(`${offset}em ${offset}em 0 ${faded(colour, opacity)}`);
  }
  if (look.glow)
    shadows.push(`0 0 ${look.glow}em ${look.glow_colour}`, `0 0 ${2 * look.glow}em ${look.glow_colour}`);
  return {
    fontFamily: `"${look.family}", var(--mantine-font-family)`,
    color: (line > 0 && look.second_fill) || look.fill,
    WebkitTextStroke: look.outline ? `${2 * look.outline}em ${look.outline_colour}` : undefined,
    paintOrder: "stroke fill",
    textShadow: shadows.join(", ") || undefined,
    letterSpacing: look.spacing ? `${look.spacing}em` : undefined,
    wordSpacing: look.word_spacing ? `${look.word_spacing}em` : undefined,
    textTransform: look.upper ? "uppercase" : undefined,
    borderInlineStart: look.bar ? `0.12em solid ${look.bar}` : undefined,
    ...(look.plate ? plateStyle(look.plate) : {}),
  };
}

function wordStyle(look: Look, begun: boolean, going: boolean): CSSProperties {
  const spoken = begun && going;
  if (look.lighting === "reveal") return { opacity: begun ? 1 : 0 };
  if (look.lighting === "progress") return begun && look.lit ? { color: look.lit } : {};
  if (look.lighting === "steady" || !spoken) return {};
  return {
    color: look.lit ?? undefined,
    display: "inline-block",
    transform: look.pop > 1 ? `scale(${look.pop})` : undefined,
    ...(look.word_plate ? { ...plateStyle(look.word_plate), margin: `0 -${look.word_plate.pad_x}em` } : {}),
  };
}

function plateStyle(plate: Schemas["CaptionPlate"]): CSSProperties {
  return {
    background: faded(plate.colour, plate.opacity),
    padding: `${plate.pad_y}em ${plate.pad_x}em`,
    borderRadius: `${plate.radius}em`,
    lineHeight: 1,
    display: "inline-block",
  };
}

function faded(colour: string, opacity: number): string {
  return `color-mix(in srgb, ${colour} ${Math.round(opacity * 100)}%, transparent)`;
}
