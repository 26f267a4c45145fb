import { useMemo } from "react";
import { $api } from "../api/client";
import type { Style } from "./proposals";
import classes from "./review.module.css";

interface Word {
  text: string;
  start_s: number;
  end_s: number;
}

/** How many words stand together, as the renderer groups them at most. */
const TOGETHER = 5;

interface CaptionLineProps {
  assetId: string;
  time: number;
  style: Style;
}

/** The words that are spoken now, the present one lit. */
export function CaptionLine({ assetId, time, style }: CaptionLineProps) {
  const transcript = $api.useQuery(
    "get",
    "/api/v1/assets/{asset_id}/transcript",
    { params: { path: { asset_id: assetId }, query: { form: "json" } } },
    { staleTime: Infinity, retry: false },
  );
  const words = useMemo(() => {
    const data = transcript.data as
      | { words?: Word[]; sentences?: { first: number; stop: number }[] }
      | undefined;
    return { words: data?.words ?? [], sentences: data?.sentences ?? [] };
  }, [transcript.data]);
  const at = words.words.findIndex((word) => time < word.end_s);
  const now = words.words[at];
  if (!now || time < now.start_s - 0.4) return null;
  const sentence = words.sentences.find((each) => at >= each.first && at < each.stop);
  const begin = sentence ? sentence.first + Math.floor((at - sentence.first) / TOGETHER) * TOGETHER : at;
  const end = Math.min(sentence?.stop ?? at + 1, begin + TOGETHER);
  return (
    <p className={classes.caption} data-style={style} aria-hidden="true">
      {words.words.slice(begin, end).map((word, offset) => (
        <span key={word.start_s} data-lit={begin + offset === at}>
          {`${word.text} `}
        </span>
      ))}
    </p>
  );
}
