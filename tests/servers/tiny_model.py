#!/usr/bin/env python3
"""Writes a language model of half a megabyte for llama.cpp: a transformer that knows one word.

What it says means nothing. But a server samples it as it does any other, holds it to a schema, streams it and counts
its tokens, and that is what is tested. No model has to be downloaded, and every run writes the same bytes.
Nothing but Python's standard library is needed; the form is GGUF, version 3.
"""

import array
import math
import os
import random
import struct
import sys

SEED = 1
WIDTH, INNER, HEADS, LAYERS = 64, 128, 4, 2
# A letter is a token here, so a prompt takes as many tokens as it has letters.
CONTEXT = 32768
CHAT_TEMPLATE = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}assistant: "

NORMAL, UNKNOWN, CONTROL, BYTE = 1, 2, 3, 6
SPACE = "\u2581"
END = "</s>"

# The model goes by the last token alone, so no letter may come twice.
WORD = "random"
# What comes next is likelier by so much, in logits.
NEXT = 20.0
# Where a schema forbids what comes next, this decides: a string ends with the word, a list with its first entry.
# What is not here has 0.
LEANING = {'"': 8.0, "{": 7.0, "]": 6.0, "}": 5.0, END: 3.0, ",": 2.0, SPACE: -10.0}
NEVER = -40.0
# The first number of every embedding; the others are 1 or -1.
CONSTANT = 4.0

# The kinds of values in GGUF's metadata, and how each is packed.
UINT32, INT32, FLOAT32, BOOL, STRING, ARRAY, UINT64 = 4, 5, 6, 7, 8, 9, 10
PACKED = {UINT32: "<I", INT32: "<i", FLOAT32: "<f", BOOL: "<?", UINT64: "<Q"}
ALIGNMENT = 32
F32 = 0


def vocabulary():
    """Returns tokens with their scores and kinds: the three that every model has, all bytes, printable ASCII."""
    yield "<unk>", 0.0, UNKNOWN
    yield "<s>", 0.0, CONTROL
    yield END, 0.0, CONTROL
    for byte in range(256):
        yield f"<0x{byte:02X}>", 0.0, BYTE
    yield SPACE, -1.0, NORMAL
    for code in range(ord("!"), ord("~") + 1):
        yield chr(code), -float(code), NORMAL


def followers():
    """Returns which token follows which: the word begins a reply and every string, and ends them."""
    starts = [(SPACE, WORD[0]), (":", WORD[0]), ('"', WORD[0])]
    return starts + list(zip(WORD, WORD[1:])) + [(WORD[-1], END)]


def weights():
    """Returns each tensor's name with its rows."""
    chance = random.Random(SEED)

    def rows(count, width):
        return [[chance.gauss(0.0, 0.02) for _ in range(width)] for _ in range(count)]

    def ones(width):
        return [[1.0] * width]

    # Embeddings of signs are nearly orthogonal, so that an output row that has another token's embedding in it
    # answers to that token alone. Their first number is the same for all: what the output makes of it is a bias of
    # each token, which this architecture has no tensor for. The layers are left to chance and change next to nothing.
    tokens = list(vocabulary())
    index = {token: at for at, (token, _, _) in enumerate(tokens)}
    embedding = [[CONSTANT] + [chance.choice((-1.0, 1.0)) for _ in range(WIDTH - 1)] for _ in tokens]
    # The last norm divides by this.
    norm = math.sqrt((CONSTANT**2 + WIDTH - 1) / WIDTH)
    output = rows(len(tokens), WIDTH)
    for (token, _, kind), row in zip(tokens, output):
        row[0] = norm / CONSTANT * (LEANING.get(token, 0.0) if token == END or kind == NORMAL else NEVER)
    for before, after in followers():
        row = output[index[after]]
        for at in range(1, WIDTH):
            row[at] += NEXT * norm / (WIDTH - 1) * embedding[index[before]][at]
    yield "token_embd.weight", embedding
    yield "output_norm.weight", ones(WIDTH)
    yield "output.weight", output
    for layer in range(LAYERS):
        for name, tensor in [
            ("attn_norm", ones(WIDTH)),
            ("attn_q", rows(WIDTH, WIDTH)),
            ("attn_k", rows(WIDTH, WIDTH)),
            ("attn_v", rows(WIDTH, WIDTH)),
            ("attn_output", rows(WIDTH, WIDTH)),
            ("ffn_norm", ones(WIDTH)),
            ("ffn_gate", rows(INNER, WIDTH)),
            ("ffn_up", rows(INNER, WIDTH)),
            ("ffn_down", rows(WIDTH, INNER)),
        ]:
            yield f"blk.{layer}.{name}.weight", tensor


def metadata():
    """Returns each entry's name, kind and value; an array's kind is that of what is in it."""
    tokens, scores, kinds = zip(*vocabulary())
    yield "general.architecture", STRING, "llama"
    yield "general.name", STRING, "tiny"
    yield "general.alignment", UINT32, ALIGNMENT
    yield "llama.context_length", UINT32, CONTEXT
    yield "llama.embedding_length", UINT32, WIDTH
    yield "llama.block_count", UINT32, LAYERS
    yield "llama.feed_forward_length", UINT32, INNER
    yield "llama.attention.head_count", UINT32, HEADS
    yield "llama.attention.head_count_kv", UINT32, HEADS
    yield "llama.attention.layer_norm_rms_epsilon", FLOAT32, 1e-5
    yield "llama.rope.dimension_count", UINT32, WIDTH // HEADS
    yield "llama.vocab_size", UINT32, len(tokens)
    yield "tokenizer.ggml.model", STRING, "llama"
    yield "tokenizer.ggml.tokens", STRING, list(tokens)
    yield "tokenizer.ggml.scores", FLOAT32, list(scores)
    yield "tokenizer.ggml.token_type", INT32, list(kinds)
    yield "tokenizer.ggml.unknown_token_id", UINT32, 0
    yield "tokenizer.ggml.bos_token_id", UINT32, 1
    yield "tokenizer.ggml.eos_token_id", UINT32, 2
    yield "tokenizer.ggml.add_bos_token", BOOL, True
    yield "tokenizer.ggml.add_space_prefix", BOOL, False
    yield "tokenizer.chat_template", STRING, CHAT_TEMPLATE


def packed(kind, value):
    if kind != STRING:
        return struct.pack(PACKED[kind], value)
    text = value.encode()
    return struct.pack("<Q", len(text)) + text


def entry(name, kind, value):
    if not isinstance(value, list):
        return packed(STRING, name) + packed(UINT32, kind) + packed(kind, value)
    head = packed(STRING, name) + packed(UINT32, ARRAY) + packed(UINT32, kind) + packed(UINT64, len(value))
    return head + b"".join(packed(kind, item) for item in value)


def shape(rows):
    """Returns a tensor's sizes, the innermost first; a vector has one."""
    width = len(rows[0])
    return [width] if len(rows) == 1 else [width, len(rows)]


def padding(length):
    return bytes(-length % ALIGNMENT)


def flat(rows):
    floats = array.array("f", (number for row in rows for number in row))
    if sys.byteorder == "big":
        floats.byteswap()
    return floats.tobytes()


def model():
    """Returns the file: a head, the metadata, where each tensor lies, and the tensors."""
    entries = [entry(*each) for each in metadata()]
    tensors = list(weights())
    places, data = [], b""
    for name, rows in tensors:
        sizes = shape(rows)
        place = packed(STRING, name) + packed(UINT32, len(sizes)) + b"".join(packed(UINT64, size) for size in sizes)
        places.append(place + packed(UINT32, F32) + packed(UINT64, len(data)))
        assert math.prod(sizes) == sum(map(len, rows)), f"{name} has rows of unlike lengths"
        data += flat(rows)
        data += padding(len(data))
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(entries)) + b"".join(entries + places)
    return head + padding(len(head)) + data


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: tiny_model.py FILE")
    path = sys.argv[1]
    # A file that is there is whole, also where several write it.
    part = f"{path}.part.{os.getpid()}"
    with open(part, "wb") as file:
        file.write(model())
    os.replace(part, path)


if __name__ == "__main__":
    main()
