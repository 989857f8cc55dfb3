"""What the senders find at the end, compared with what they were promised."""

import io
import zipfile
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.book import Book
from tests.chaos.people import Person
from tests.chaos.sending import RESUMABLE
from tests.chaos.uploads import Upload
from tests.e2e.client import names_in
from tests.media import number_in

Document = dict[str, Any]
#: How a good video may end, by what was wished; else it is ready.
ENDS = {
    "cancel": {"cancelled", "ready"}, "delete": {"gone"}, "vanish": {"nothing"},
    "vanish in a piece": {"nothing"}, "vanish at the end": {"nothing", "ready"},
}  # fmt: skip


@dataclass
class Verdict:
    """`breaches` must be empty; `outcomes` counts uploads by kind, conduct and outcome."""

    breaches: list[str] = field(default_factory=list)
    outcomes: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    poisoned: int = 0
    #: The codes with which good videos failed, by no fault of theirs, before "Try again".
    gave_out: Counter[str] = field(default_factory=Counter)
    zips: int = 0
    #: Videos that came in pieces and were ready.
    in_pieces: int = 0


def judge(people: list[Person], book: Book) -> Verdict:
    """Ask for every video, and open every ZIP; `book` tells which failures are ours."""
    verdict = Verdict()
    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(lambda person: _judge_one(person, book, verdict), people))
    for person in people:
        verdict.breaches += person.trouble
    return verdict


def _judge_one(person: Person, book: Book, verdict: Verdict) -> None:
    accepted: defaultdict[str, list[Document]] = defaultdict(list)
    for document in _listed(person):
        if document["run"] is not None:  # else it never was accepted
            accepted[document["name"]].append(document)
    for upload in person.uploads:
        _judge_upload(person, upload, accepted[upload.name], book, verdict)


def _judge_upload(
    person: Person, upload: Upload, mine: list[Document], book: Book, verdict: Verdict
) -> None:
    outcome = _outcome(upload, mine)
    verdict.outcomes[_group(upload), upload.conduct, outcome] += 1
    verdict.gave_out.update(each.code for each in upload.failures)
    found = _not_one(upload, mine) + _gave_out_alone(upload, book)
    if outcome == "poison" and book.is_poisoned(mine[0]["id"], mine[0]["run"]):
        verdict.poisoned += 1
    elif upload.vanishes and _is_ours(mine, book):
        verdict.gave_out[outcome] += 1  # nobody is there who would try again
    else:
        found += _wrong_end(upload, outcome)
    if upload.vanishes and upload.begun:
        found += _unlike_its_upload(person, upload, mine)
    about = f"{upload.name} ({upload.kind.name}, {upload.conduct}) {upload.video or upload.begun}"
    verdict.breaches += [f"{about}: {each}" for each in found]
    if outcome == "ready":
        verdict.zips += 1
        verdict.in_pieces += bool(upload.begun)
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
    if upload.vanishes:
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
    if accepted and accepted[0]["id"] != (upload.video or upload.begun):
        return [f"{accepted[0]['id']} is there"]
    return []


def _gave_out_alone(upload: Upload, book: Book) -> list[str]:
    """Return the failures that the book does not explain, although they were tried again."""
    return [
        f"run {each.run} failed with {each.code}, and nothing was done to it"
        for each in upload.failures
        if not book.explains(each.video, each.run, each.at)
    ]


def _is_ours(accepted: list[Document], book: Book) -> bool:
    """Return whether a video failed, could be tried again, and the book explains it."""
    error = accepted[0]["error"] if accepted else None
    return bool(error and error["retryable"]) and book.explains(
        accepted[0]["id"], accepted[0]["run"]
    )


def _unlike_its_upload(person: Person, upload: Upload, accepted: list[Document]) -> list[str]:
    """Return whether an upload in pieces is whole and there is no video of it, or the reverse."""
    answer = person.asker.ask("HEAD", f"uploads/{upload.begun}/", headers=RESUMABLE)
    at_bytes = answer.headers.get("Upload-Offset")
    is_whole = answer.status_code == 200 and at_bytes == answer.headers["Upload-Length"]
    if is_whole == bool(accepted):
        return []
    return [f"{answer.status_code}, {at_bytes} bytes came, {len(accepted)} videos"]


def _wrong_end(upload: Upload, outcome: str) -> list[str]:
    right = {upload.kind.code} if upload.kind.code else ENDS.get(upload.conduct, {"ready"})
    return [] if outcome in right else [f"{outcome}, not {' or '.join(sorted(right))}"]


def _wrong_zip(person: Person, upload: Upload, document: Document) -> list[str]:
    answer = person.asker.ask("GET", f"videos/{document['id']}/zip/")
    if answer.status_code != 200:
        return [f"{upload.name}: no ZIP: {answer.text[:400]}"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as opened:
        pictures = [each for each in names_in(answer.content) if each.endswith((".jpg", ".png"))]
        shown = tuple(number_in(opened.read(name)) for name in pictures)
    again = upload.conduct == "extract again"
    wanted = upload.kind.again if again else upload.kind.shown
    return [] if shown == wanted else [f"{upload.name}: its ZIP shows {shown}, not {wanted}"]
