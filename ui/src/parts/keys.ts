// Keys that act on the page, whatever of it has the focus.
import { type HotkeyItem, useHotkeys } from "@mantine/hooks";

/** Where a key belongs to what has the focus: text that is written, and dialogs over the page. */
const ELSEWHERE =
  "input:not([readonly], [type=checkbox], [type=radio]), textarea, select, [contenteditable=true], [role=dialog]";

/** Listen to keys; after a click on a box or a choice from a list they still act. */
export function useKeys(keys: [key: string, act: () => void][]) {
  useHotkeys(
    keys.map(
      ([key, act]): HotkeyItem => [
        key,
        (event) => {
          if (event.target instanceof Element && event.target.closest(ELSEWHERE)) return;
          event.preventDefault();
          act();
        },
        { preventDefault: false },
      ],
    ),
    [],
  );
}
