/** Where a person is picked. In the demo anybody may be anybody. */
import { type FormEvent, useEffect, useId, useState } from "react";
import { describe } from "./errors.ts";
import { type Candidate, candidates, type Me, signIn } from "./session.ts";

export function SignIn({ signedIn }: { readonly signedIn: (me: Me) => void }) {
  const id = useId();
  const [people, setPeople] = useState<readonly Candidate[]>([]);
  const [problem, setProblem] = useState("");
  const [isBusy, setIsBusy] = useState(false);
  /** Asked for again after a failure. */
  const [attempt, setAttempt] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is another run.
  useEffect(() => {
    let isWanted = true;
    candidates()
      .then((found) => isWanted && setPeople(found))
      .catch((error: unknown) => isWanted && setProblem(describe(error)));
    return () => {
      isWanted = false;
    };
  }, [attempt]);

  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    setProblem("");
    if (people.length === 0) return setAttempt(attempt + 1);
    setIsBusy(true);
    try {
      signedIn(await signIn(String(new FormData(event.currentTarget).get("email"))));
    } catch (error) {
      setProblem(describe(error));
      setIsBusy(false);
    }
  };

  return (
    <main className="sign-in">
      <form onSubmit={submit}>
        <h1>Task board</h1>
        <p>This is a demo: be whoever you like. Open a private window to be somebody else as well.</p>
        <label htmlFor={id}>Who are you?</label>
        <select id={id} name="email" disabled={people.length === 0}>
          {people.map(({ name, email }) => (
            <option key={email} value={email}>
              {name}
            </option>
          ))}
        </select>
        <button type="submit" className="primary" disabled={isBusy}>
          {people.length === 0 && problem !== "" ? "Try again" : "Sign in"}
        </button>
        <p className="problem" role="alert">
          {problem}
        </p>
      </form>
    </main>
  );
}
