/** A text that is changed where it stands: Enter or leaving it saves, Escape takes it back. */
import { type KeyboardEvent, useState } from "react";

export interface EditableTextProps {
  readonly className: string;
  readonly label: string;
  readonly value: string;
  readonly maxLength: number;
  readonly save: (text: string) => void;
}

export function EditableText({ className, label, value, maxLength, save }: EditableTextProps) {
  /** Null unless it is being changed: then what others write is shown at once. */
  const [draft, setDraft] = useState<string | null>(null);
  const finish = (): void => {
    setDraft(null);
    const text = draft?.trim() ?? "";
    if (text !== "" && text !== value) save(text);
  };
  const keyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter") {
      event.preventDefault();
      finish();
    } else if (event.key === "Escape" && draft !== null) {
      event.stopPropagation();
      setDraft(null);
    }
  };
  return (
    <textarea
      className={className}
      aria-label={label}
      rows={1}
      maxLength={maxLength}
      value={draft ?? value}
      onChange={(event) => setDraft(event.target.value.replaceAll("\n", " "))}
      onBlur={finish}
      onKeyDown={keyDown}
    />
  );
}
