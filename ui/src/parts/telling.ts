// Short words that come and go: that something is done, or why it is not.
import { notifications } from "@mantine/notifications";
import { sentenceOf } from "../api/client";

/** Say that something is done. */
export function tell(message: string) {
  notifications.show({ message });
}

/** Say what went wrong where no form is open that could. */
export function tellWrong(error: unknown) {
  notifications.show({ message: sentenceOf(error), color: "red", autoClose: 10_000, role: "alert" });
}
