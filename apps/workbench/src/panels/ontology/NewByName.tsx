import { Plus } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useText } from "../../messages/text.ts";
import { Button } from "../../ui/Button.tsx";
import styles from "./OntologyDialog.module.css";

export interface NewByNameProps {
  /** What is made, such as "New class". */
  readonly label: string;
  readonly onAdd: (name: string) => void;
  /** More buttons. */
  readonly children?: ReactNode;
}

/** A field whose name Enter adds to the list above. */
export function NewByName({ label, onAdd, children }: NewByNameProps) {
  const { t } = useText();
  const [name, setName] = useState("");
  const add = (): void => {
    if (name.trim() === "") return;
    onAdd(name.trim());
    setName("");
  };
  return (
    <div className={styles.tools}>
      <input
        className={styles.text}
        aria-label={label}
        placeholder={label}
        value={name}
        onChange={(event) => setName(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          add();
        }}
      />
      <Button
        variant="ghost"
        aria-label={t("ontology.add", { what: label })}
        icon={<Plus size={14} strokeWidth={1.5} />}
        onClick={add}
      />
      {children}
    </div>
  );
}
