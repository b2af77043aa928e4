import type { Scope } from "../../../api/types";
import { strings } from "../../../strings.en";
import { CheckField, SelectField } from "../../../ui/fields";
import type { Expiry } from "./expiry";

const text = strings.keys;
const SCOPES: readonly Scope[] = ["provision", "read", "command", "manage", "remote"];

interface KeyOptionsProps {
  scopes: Scope[];
  onScopes: (scopes: Scope[]) => void;
  expiry: Expiry;
  onExpiry: (expiry: Expiry) => void;
  expiries: readonly (readonly [Expiry, string])[];
}

/** What a new key may do and for how long; closed at first, since the usual is chosen. */
export function KeyOptions({ scopes, onScopes, expiry, onExpiry, expiries }: KeyOptionsProps) {
  const choose = (scope: Scope, chosen: boolean) => onScopes(SCOPES.filter((other) => (other === scope ? chosen : scopes.includes(other))));
  return (
    <details class="more">
      <summary>{text.options(scopes.join(", "))}</summary>
      <div class="form-columns">
        <fieldset class="checks">
          <legend class="form-legend">{text.mayDo}</legend>
          {SCOPES.map((scope) => (
            <CheckField key={scope} label={scope} hint={text.scopes[scope]} checked={scopes.includes(scope)} onChecked={(chosen) => choose(scope, chosen)} />
          ))}
        </fieldset>
        <SelectField label={text.expiry} hint={text.expiryHint} value={expiry} options={expiries} onValue={onExpiry} />
      </div>
    </details>
  );
}
