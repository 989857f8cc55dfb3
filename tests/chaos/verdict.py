"""What the senders find at the end, compared with what they were promised."""

import io
import zipfile
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.people import Person
from tests.chaos.uploads import Upload
from tests.e2e.client import names_in
from tests.media import number_in

Document = dict[str, Any]
#: So many deaths of its child are a video's own fault.
POISON_AFTER = 2
#: How a good video may end, by what was wished; else it is ready.
ENDS = {"cancel": {"cancelled", "ready"}, "delete": {"gone"}, "vanish": {"nothing"}}


@dataclass
class Verdict:
    """`breaches` must be empty; `outcomes` counts uploads by kind, conduct and outcome."""

    breaches: list[str] = field(default_factory=list)
    outcomes: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    poisoned: int = 0
    #: The codes with which good videos failed, by no fault of theirs, before "Try again".
    gave_out: Counter[str] = field(default_factory=Counter)
    zips: int = 0


def judge(people: list[Person], children_killed: Counter[str]) -> Verdict:
    """Ask for every video, and open every ZIP. `children_killed` counts by video."""
    verdict = Verdict()
    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(lambda person: _judge_one(person, children_killed, verdict), people))
    for person in people:
        verdict.breaches += person.trouble
    return verdict


def _judge_one(person: Person, children_killed: Counter[str], verdict: Verdict) -> None:
    accepted: defaultdict[str, list[Document]] = defaultdict(list)
    for document in _listed(person):
        if document["run"] is not None:  # else it never was accepted
            accepted[document["name"]].append(document)
    for upload in person.uploads:
        mine = accepted[upload.name]
        outcome = _outcome(upload, mine)
        verdict.outcomes[_group(upload), upload.conduct, outcome] += 1
        verdict.gave_out.update(upload.failures)
        found = _not_one(upload, mine)
        if outcome == "poison" and children_killed[upload.video] >= POISON_AFTER:
            verdict.poisoned += 1
        else:
            found += _wrong_end(upload, outcome)
        about = f"{upload.name} ({upload.kind.name}, {upload.conduct}) {upload.video}"
        verdict.breaches += [f"{about}: {each}" for each in found]
        if outcome == "ready":
            verdict.zips += 1
            verdict.breaches += _wrong_zip(person, upload, mine[0])


def _listed(person: Person) -> list[Document]:
    documents: list[Document] = []
    answer: Document = {"next": "the first"}
    while answer["next"]:
        page = {"page": 1 + answer.get("page", 0)}
        answer = page | person.asker.ask("GET", "videos/", params=page).json()
        documents += answer["results"]
    return documents


def _group(upload: Upload) -> str:
    if upload.conduct == "vanish":
        return "vanished"
    return "good" if upload.kind.is_good else "hostile"


def _outcome(upload: Upload, accepted: list[Document]) -> str:
    if not accepted:
        return upload.refusal or ("gone" if upload.video else "nothing")
    document = accepted[0]
    failed = document["status"] == "failed"
    return str(document["error"]["code"] if failed else document["status"])


def _not_one(upload: Upload, accepted: list[Document]) -> list[str]:
    """Return whether it is another video than was told, more than one, or one too many."""
    if upload.kind.at_the_door and accepted:
        return ["accepted, and was to be refused at the door"]
    if len(accepted) > 1:
        return [f"{len(accepted)} videos of one upload"]
    if upload.refusal and not upload.kind.at_the_door:
        return [f"refused: {upload.refusal}"]
    if accepted and accepted[0]["id"] != upload.video:
        return [f"{accepted[0]['id']} is there"]
    return []


def _wrong_end(upload: Upload, outcome: str) -> list[str]:
    right = {upload.kind.code} if upload.kind.code else ENDS.get(upload.conduct, {"ready"})
    return [] if outcome in right else [f"{outcome}, not {' or '.join(sorted(right))}"]


def _wrong_zip(person: Person, upload: Upload, document: Document) -> list[str]:
    answer = person.asker.ask("GET", f"videos/{upload.video}/zip/")
    if answer.status_code != 200:
        return [f"{upload.name}: no ZIP: {answer.text[:400]}"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as opened:
        pictures = [each for each in names_in(answer.content) if each.endswith((".jpg", ".png"))]
        shown = tuple(number_in(opened.read(name)) for name in pictures)
    again = upload.conduct == "extract again"
    wanted = upload.kind.again if again else upload.kind.shown
    return [] if shown == wanted else [f"{upload.name}: its ZIP shows {shown}, not {wanted}"]
