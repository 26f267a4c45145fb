import { NumberInput, type NumberInputProps } from "@mantine/core";

const GIB = 2 ** 30;

interface SizeInputProps extends Omit<NumberInputProps, "value" | "onChange" | "defaultValue"> {
  /** In bytes; null where none is given. */
  value: number | null;
  onChange: (bytes: number | null) => void;
}

export function gib(bytes: number): number {
  return Math.round((bytes / GIB) * 1000) / 1000;
}

/** A number of bytes, written in the unit that quotas are thought of in. */
export function SizeInput({ value, onChange, ...rest }: SizeInputProps) {
  return (
    <NumberInput
      decimalScale={3}
      min={0}
      step={1}
      suffix=" GiB"
      {...rest}
      value={value === null ? "" : gib(value)}
      onChange={(given) =>
        onChange(given === "" || Number.isNaN(Number(given)) ? null : Math.round(Number(given) * GIB))
      }
    />
  );
}
