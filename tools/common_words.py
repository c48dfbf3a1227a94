#!/usr/bin/env python3
"""Writes src/grader/rubric/reference/words/common.txt.

Counts in how many paragraphs of permissively licensed documentation each word stands: the books and the library
documentation that come with the Rust toolchain, and the Markdown and doc comments of downloaded crates.
Inflections count together, by their Snowball stem, under the form that is the most frequent of them.
Needs `pip install snowballstemmer`.
"""

import collections
import html
import math
import os
import re
import subprocess
import textwrap

import snowballstemmer

OUT = "src/grader/rubric/reference/words/common.txt"
HEADER = """\
# How common words are, counted by tools/common_words.py: in how many paragraphs of the documentation of the Rust
# toolchain and of crates (MIT, Apache-2.0) a word stands, all its inflections together.
# Above the line: in one of 33 paragraphs or more; below it: in one of 400 or more.
"""
# Natural logarithms of those two shares, turned round.
VERY, RATHER = 3.5, 6.0
GRAMMAR = set(
    """a an the this that these those it its they them their we our us you your i my he she one who which what is are
    was were be been being am has have had do does did can could will would should must may might of to in on at by
    for from with into onto as than so if when whenever while because since but and or nor then there here also only
    just such how why where up down out off let like""".split()
)


def paragraphs_of_html(root):
    for folder, folders, files in os.walk(root):
        # Names of processor instructions are no words.
        folders[:] = [name for name in folders if name not in ("arch", "core_arch", "src")]
        for name in files:
            if name.endswith(".html") and name != "print.html":
                with open(os.path.join(folder, name), errors="ignore") as page:
                    text = re.sub(r"(?is)<(script|style|pre|code|nav|h[1-6])\b.*?</\1>", " ", page.read())
                for paragraph in re.findall(r"(?is)<(?:p|li)\b[^>]*>(.*?)</(?:p|li)>", text):
                    yield html.unescape(re.sub(r"<[^>]+>", " ", paragraph))


def paragraphs_of_crates(root):
    for folder, _, files in os.walk(root):
        for name in files:
            if not name.endswith((".md", ".rs")):
                continue
            with open(os.path.join(folder, name), errors="ignore") as file:
                text = file.read()
            if name.endswith(".rs"):
                lines = (re.match(r"\s*//[/!] ?(.*)", line) for line in text.split("\n"))
                text = "\n".join(line.group(1) if line else "" for line in lines)
            text = re.sub(r"`[^`\n]*`", " ", re.sub(r"(?s)```.*?```", " ", text))
            for paragraph in re.split(r"\n\s*\n|\n\s*[-*] |\n#", text):
                yield re.sub(r"https?://\S+", " ", paragraph)


def main():
    sysroot = subprocess.run(["rustc", "--print", "sysroot"], capture_output=True, text=True, check=True).stdout.strip()
    stem = snowballstemmer.stemmer("english").stemWord
    total, words, seen = 0, collections.Counter(), set()
    sources = [
        paragraphs_of_html(os.path.join(sysroot, "share/doc/rust/html")),
        paragraphs_of_crates(os.path.expanduser("~/.cargo/registry/src")),
    ]
    for paragraph in (paragraph for source in sources for paragraph in source):
        paragraph = re.sub(r"\s+", " ", paragraph).strip().lower()
        prose = len(paragraph) >= 40 and re.search(r"[a-z]+ [a-z]+ [a-z]+ [a-z]+", paragraph)
        if prose and paragraph not in seen:
            seen.add(paragraph)
            total += 1
            words.update(set(re.findall(r"[a-z]+(?:'[a-z]+)?", paragraph)))
    stems, form = collections.Counter(), {}
    for word, count in words.most_common():
        if count >= 3:
            stems[stem(word)] += count
            form.setdefault(stem(word), word)
    bands = [], []
    for key, count in stems.items():
        rarity, word = math.log(total / (count + 3)), form[key]
        if rarity < RATHER and word not in GRAMMAR and len(word) > 1 and "'" not in word:
            bands[rarity >= VERY].append(word)
    with open(OUT, "w") as out:
        out.write(HEADER)
        out.write("\n--\n".join(textwrap.fill(" ".join(sorted(band)), 110) for band in bands) + "\n")


if __name__ == "__main__":
    main()
