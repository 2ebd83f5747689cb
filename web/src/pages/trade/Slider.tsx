// SPDX-License-Identifier: MIT
import { useId } from "react";

export interface SliderProps {
  readonly label: string;
  readonly hint: string;
  readonly max: number;
  readonly value: number;
  readonly shown: string;
  readonly disabled: boolean;
  readonly onChange: (value: number) => void;
}

/** The browser's own slider: by mouse, touch and keyboard. It is a means to type a size, not a number by itself. */
export function Slider({ label, hint, max, value, shown, disabled, onChange }: SliderProps) {
  const id = useId();
  return (
    <div className="grid gap-1">
      <div className="flex justify-between text-xs text-soft">
        <label htmlFor={id} title={hint}>
          {label}
        </label>
        <span className="text-ink">{shown}</span>
      </div>
      <input
        id={id}
        type="range"
        min={0}
        max={max}
        step={0.1}
        value={value}
        disabled={disabled}
        aria-valuetext={shown}
        onChange={(event) => onChange(Number(event.target.value))}
        className="h-6 w-full accent-(--accent)"
      />
      <div aria-hidden="true" className="flex justify-between text-2xs text-soft">
        {[0, 0.25, 0.5, 0.75, 1].map((part) => (
          <span key={part}>{Math.round(max * part)}×</span>
        ))}
      </div>
    </div>
  );
}
