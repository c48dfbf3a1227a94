#!/usr/bin/env python3
"""A grader of one's own: reads one answer a line as JSON, and writes one line with a verdict for each key point.

It credits a point with the sentence of the answer that shares the most words with it. That is no good grader, but a
whole one; put a better `judge` in its place. What goes wrong here costs no grade: the offline grader steps in.
"""

import json
import re
import sys

SMALL = set("a an and are as at be but by can for from has have if in is it its not of on or so such than that the "
            "their them then they this to was we when which while with would you".split())


def words(text):
    """The words of a text that carry meaning, shortened so that plurals are the same."""
    return {word.rstrip("s") for word in re.findall(r"[a-z0-9]+", text.lower()) if word not in SMALL}


def judge(point, sentences):
    """The verdict on one key point, with the words of the answer that it rests on."""
    wanted = words(point["text"])
    best = max(sentences, key=lambda sentence: len(words(sentence) & wanted), default="")
    share = len(words(best) & wanted) / max(len(wanted), 1)
    verdict = "hit" if share >= 0.5 else "partial" if share >= 0.3 else "missed"
    return {
        "id": point["id"],
        "reason": f"{share:.0%} of the words of this point are in one sentence.",
        # A quote has to stand in the answer letter for letter, or it counts for nothing.
        "quotes": [best] if verdict != "missed" else [],
        "verdict": verdict,
    }


for line in sys.stdin:
    request = json.loads(line)
    sentences = [part.strip() for part in re.split(r"(?<=[.!?])\s+|\n+", request["answer"]) if part.strip()]
    reply = {"id": request["id"], "points": [judge(point, sentences) for point in request["points"]]}
    # Each answer has to leave at once, not when a buffer is full.
    print(json.dumps(reply), flush=True)
